import { context, metrics, propagation, ROOT_CONTEXT, SpanKind, trace, type Context, type Span } from '@opentelemetry/api';
import { startDeferred } from '../../deferred-start.js';
import { reportInternalError } from '../../diagnostics/report.js';
import { JobSpan } from './job-span.js';
import { isReschedule } from './job-methods.js';
import type { BullmqContextManager, BullmqSpan, BullmqTelemetry, BullmqTracer } from './telemetry-interface.js';

/** The name under which bullmq-otel records. */
const BULLMQ_SCOPE = 'bullmq';

const OPERATION_TYPES: Readonly<Record<number, string>> = { [SpanKind.PRODUCER]: 'send', [SpanKind.CONSUMER]: 'process' };

/** Wraps a span as BullMQ wants it: the class `BullMQOTelSpan` of bullmq-otel. */
export type SpanWrapper = (span: Span) => BullmqSpan;

/**
 * The telemetry object for BullMQ: the spans of bullmq-otel, made with this package's copy of the OpenTelemetry API.
 *
 * bullmq-otel often brings a newer copy than the one that the set-up is registered with; that copy finds no set-up, and
 * would leave no spans without a word.
 */
export function createJobTelemetry(wrapSpan: SpanWrapper, options: { readonly metrics: boolean }): BullmqTelemetry {
  const telemetry: BullmqTelemetry = { tracer: createTracer(wrapSpan), contextManager };
  return options.metrics ? { ...telemetry, meter } : telemetry;
}

function createTracer(wrapSpan: SpanWrapper): BullmqTracer {
  return {
    startSpan(name, { kind = SpanKind.INTERNAL } = {}, within = context.active()) {
      if (isUnattended(kind, within)) {
        return UNRECORDED;
      }
      startDeferred();
      const type = OPERATION_TYPES[kind];
      const attributes = type === undefined ? {} : { 'messaging.system': 'bullmq', 'messaging.operation.type': type };
      const parent = kind === SpanKind.CONSUMER && !isRemote(within) ? ROOT_CONTEXT : within;
      const span = trace.getTracer(BULLMQ_SCOPE).startSpan(name, { kind, attributes }, parent);
      return new JobSpan(span, wrapSpan(span), kind);
    },
  };
}

/**
 * Whether something is done by BullMQ for itself: looking for stalled jobs, extending locks, making the next job of a
 * scheduler, or anything else that is neither part of a job nor of a request that is open.
 */
function isUnattended(kind: number, within: Context): boolean {
  return isReschedule(within) || (kind === SpanKind.INTERNAL && trace.getSpan(within)?.isRecording() !== true);
}

function isRemote(within: Context): boolean {
  return trace.getSpanContext(within)?.isRemote === true;
}

const UNRECORDED: BullmqSpan = {
  setSpanOnContext: (within) => within,
  setAttribute: () => {},
  setAttributes: () => {},
  addEvent: () => {},
  recordException: () => {},
  end: () => {},
};

const contextManager: BullmqContextManager = {
  with: <T extends (...args: never[]) => unknown>(within: Context, fn: T): ReturnType<T> =>
    context.with(within, fn as () => ReturnType<T>),
  active: () => context.active(),
  root: () => ROOT_CONTEXT,
  getMetadata: writeContext,
  fromMetadata: (_, metadata) => readContext(metadata),
};

/** A context as it travels in a job. Never throws. */
export function writeContext(within: Context): string {
  const carrier: Record<string, string> = {};
  try {
    propagation.inject(within, carrier);
  } catch (error) {
    reportInternalError('writing the context of a job', error);
  }
  return JSON.stringify(carrier);
}

/**
 * The context that came with a job, and nothing of the one in which the worker fetched it. Never throws: what a job
 * holds comes from outside.
 */
export function readContext(metadata: unknown): Context {
  try {
    return propagation.extract(ROOT_CONTEXT, JSON.parse(String(metadata)));
  } catch {
    return ROOT_CONTEXT;
  }
}

/** The meter that is registered when something is measured, also when the queue was made before that. */
const meter: NonNullable<BullmqTelemetry['meter']> = {
  createCounter: (name, options) => metrics.getMeter(BULLMQ_SCOPE).createCounter(name, options),
  createHistogram: (name, options) => metrics.getMeter(BULLMQ_SCOPE).createHistogram(name, options),
  createGauge: (name, options) => metrics.getMeter(BULLMQ_SCOPE).createGauge(name, options),
};
