import {
  continuingInSandbox,
  detachingLoops,
  propagatingToNodes,
  startingTraces,
  tellingOfErrors,
} from './bullmq/job-methods.js';
import { writeContext } from './bullmq/job-telemetry.js';
import { moduleExports, type Integration, type Undo } from './integration.js';
import { observeCopies } from './loading/observed-copies.js';
import { versionWithin } from './loading/supported-versions.js';
import { methodOwner, wrapMethod, type Method } from './loading/wrapped-methods.js';

/** What is wrapped, by class and method: where BullMQ's telemetry interface does not reach. */
const WRAPPERS: readonly (readonly [className: string, method: string, wrap: (original: Method) => Method])[] = [
  ['Job', 'moveToFailed', tellingOfErrors],
  ['Job', 'asJSONSandbox', (original) => continuingInSandbox(original, writeContext)],
  ['JobScheduler', 'upsertJobScheduler', startingTraces],
  ['FlowProducer', 'addNode', propagatingToNodes],
  ['Worker', 'run', detachingLoops],
];

/**
 * BullMQ: its own telemetry interface makes the spans (`bullmqTelemetry()`); this is what that interface does not tell.
 * Without a telemetry object nothing here has an effect on what is recorded.
 */
export const bullmqIntegration: Integration = {
  name: 'bullmq',

  start() {
    return observeCopies({
      packageName: 'bullmq',
      files: {
        'dist/cjs/index.js': ({ exports, version }) =>
          versionWithin(version, '6.0.0', '7.0.0') ? patch(exports) : () => {},
      },
    });
  },

  handOver: {
    recognizes(module) {
      const { Queue, Worker, Job } = moduleExports(module);
      return [Queue, Worker].every((value) => typeof value === 'function') && prototypeWith(Job, 'asJSONSandbox') !== undefined;
    },

    attach: (module) => patch(module),
  },
};

function patch(module: unknown): Undo {
  const exports = moduleExports(module);
  const undos = WRAPPERS.flatMap(([className, method, wrap]) => {
    const owner = prototypeWith(exports[className], method);
    return owner === undefined ? [] : [wrapMethod(owner, method, wrap)];
  });
  return () => undos.forEach((undo) => undo());
}

function prototypeWith(value: unknown, method: string): object | undefined {
  return typeof value === 'function' ? methodOwner(value.prototype, method) : undefined;
}
