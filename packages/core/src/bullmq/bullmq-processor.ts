import { context, trace, type Attributes } from '@opentelemetry/api';
import { checkNames, invalidOption } from '../diagnostics/validation.js';
import type * as JobTelemetry from '../integrations/bullmq/job-telemetry.js';
import { lazily } from '../lazily.js';
import type { OtelOptions } from '../options/otel-options.js';
import { ensureOtel } from '../sdk/ensure-otel.js';
import { withSpan } from '../tracing/with-span.js';

const jobs = lazily(() => require('../integrations/bullmq/job-telemetry.js') as typeof JobTelemetry);

/** How a processor in a process of its own is recorded. */
export interface BullmqProcessorOptions {
  /**
   * The set-up of OpenTelemetry in that process; `false`: none. Nothing of the worker's own set-up but the environment
   * comes to it.
   *
   * @default {}
   */
  readonly otel?: OtelOptions | false;
}

interface SandboxedJob {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly queueName?: unknown;
  readonly opts?: { readonly telemetry?: { readonly metadata?: unknown } };
}

/**
 * Makes a processor for a file of its own, which BullMQ runs in another process or thread: sets OpenTelemetry up there,
 * and goes on with the trace of each job, in a span beneath the worker's.
 *
 * Where a span is active already, because the processor runs in the worker itself, it does nothing more.
 *
 * @param processor - what processes a job; what it returns and throws is left as it is
 * @returns the file's default export
 * @throws TypeError when the processor is no function, and for a wrong option
 */
export function bullmqProcessor<Processor extends (...args: never[]) => unknown>(
  processor: Processor,
  options: BullmqProcessorOptions = {},
): Processor {
  if (typeof processor !== 'function') {
    invalidOption('bullmqProcessor(processor)', processor, 'a function');
  }
  checkNames('bullmqProcessor()', options, ['otel']);
  ensureOtel({ otel: options.otel });
  function observed(this: unknown, ...args: Parameters<Processor>): unknown {
    const run = (): unknown => processor.apply(this, args);
    if (trace.getActiveSpan() !== undefined) {
      return run();
    }
    const job = (args[0] ?? {}) as SandboxedJob;
    const { name, attributes } = describeJob(job);
    return context.with(jobs().readContext(job.opts?.telemetry?.metadata), () => withSpan(name, attributes, run));
  }
  // BullMQ gives a signal to cancel with to a processor that takes three arguments.
  Object.defineProperty(observed, 'length', { value: processor.length });
  return observed as unknown as Processor;
}

function describeJob({ id, name, queueName }: SandboxedJob): { readonly name: string; readonly attributes: Attributes } {
  const told = { 'bullmq.queue.name': queueName, 'bullmq.job.name': name, 'bullmq.job.id': id };
  const texts = Object.entries(told).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    name: typeof queueName === 'string' ? `run ${queueName}` : 'run',
    attributes: Object.fromEntries(texts.map(([key, value]) => [key, value.slice(0, 1024)])),
  };
}
