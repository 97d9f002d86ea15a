import {
  continuingInSandbox,
  detachingLoops,
  propagatingToNodes,
  startingTraces,
  tellingOfErrors,
} from './bullmq/job-methods.js';
import { writeContext } from './bullmq/job-telemetry.js';
import { moduleExports, type Integration, type Undo } from './integration.js';
import { patchModules } from './loading/patched-modules.js';
import { methodOwner, replaceMethod, restoreMethods, type Method } from './loading/replaced-methods.js';
import { versionWithin } from './loading/supported-versions.js';

/** What is replaced, by class and method: where BullMQ's telemetry interface does not reach. */
const REPLACEMENTS: readonly (readonly [className: string, method: string, create: (original: Method) => Method])[] = [
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
    return patchModules({
      packageName: 'bullmq',
      file: 'dist/cjs/index.js',
      patch: ({ exports, version }) => (versionWithin(version, '6.0.0', '7.0.0') ? patch(exports) : () => {}),
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
  const owners = new Set<object>();
  for (const [className, method, create] of REPLACEMENTS) {
    const owner = prototypeWith(exports[className], method);
    if (owner !== undefined) {
      owners.add(owner);
      replaceMethod(owner, method, create);
    }
  }
  return () => owners.forEach(restoreMethods);
}

function prototypeWith(value: unknown, method: string): object | undefined {
  return typeof value === 'function' ? methodOwner(value.prototype, method) : undefined;
}
