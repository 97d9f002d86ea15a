import type { Span } from '@opentelemetry/api';
import { checkFlag, checkNames } from '../diagnostics/validation.js';
import type * as JobTelemetry from '../integrations/bullmq/job-telemetry.js';
import type { BullmqSpan, BullmqTelemetry } from '../integrations/bullmq/telemetry-interface.js';
import { lazily } from '../lazily.js';
import type { OtelOptions } from '../options/otel-options.js';
import { ensureOtel } from '../sdk/ensure-otel.js';
import { loadBullmqOtel } from './load-bullmq-otel.js';

const jobs = lazily(() => require('../integrations/bullmq/job-telemetry.js') as typeof JobTelemetry);

/** How jobs are recorded. */
export interface BullmqTelemetryOptions {
  /**
   * The set-up of OpenTelemetry, where the process has none yet; `false`: none.
   *
   * @default {}
   */
  readonly otel?: OtelOptions | false;
  /**
   * Whether BullMQ's own metrics are recorded: the numbers of completed, failed, delayed and retried jobs, and their
   * durations in milliseconds.
   *
   * @default false
   */
  readonly metrics?: boolean;
  /**
   * What `import * as bullmqOtel from 'bullmq-otel'` gave, for a program into which a bundler has put it.
   *
   * @default the package is loaded from where BullMQ or the program is
   */
  readonly bullmqOtel?: object;
}

/**
 * The `telemetry` option for BullMQ's `Queue`, `Worker` and `FlowProducer`: a PRODUCER span for what is added, a CONSUMER
 * span for each attempt to process it, in one trace. Sets OpenTelemetry up when nobody has.
 *
 * The spans are those of bullmq-otel, an optional peer dependency, with the status of failed jobs, without what jobs
 * return, and without traces of what an idle worker does.
 *
 * @throws TypeError when bullmq-otel is not installed, and for a wrong option
 * @see https://docs.bullmq.io/guide/telemetry
 */
export function bullmqTelemetry(options: BullmqTelemetryOptions = {}): BullmqTelemetry {
  checkNames('bullmqTelemetry()', options, ['otel', 'metrics', 'bullmqOtel']);
  checkFlag('metrics', options.metrics);
  const SpanClass = spanClass(options.bullmqOtel ?? loadBullmqOtel());
  ensureOtel({ otel: options.otel });
  return jobs().createJobTelemetry((span) => new SpanClass(span), { metrics: options.metrics === true });
}

function spanClass(module: object): new (span: Span) => BullmqSpan {
  const exports = ('BullMQOTelSpan' in module ? module : (module as { default?: object }).default) ?? {};
  const { BullMQOTelSpan } = exports as { BullMQOTelSpan?: new (span: Span) => BullmqSpan };
  if (typeof BullMQOTelSpan !== 'function') {
    throw new TypeError(
      '[otelier] bullmqTelemetry(): what was found as bullmq-otel has no BullMQOTelSpan. Supported are bullmq-otel >=2.0.0 <3.',
    );
  }
  return BullMQOTelSpan;
}
