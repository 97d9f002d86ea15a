import type { Context, Meter, SpanKind, TimeInput } from '@opentelemetry/api';

/** What BullMQ tells of a span: values that OpenTelemetry takes, and some that are not there. */
export type BullmqAttributes = Readonly<Record<string, unknown>>;

/** A span as BullMQ uses it. */
export interface BullmqSpan {
  setSpanOnContext(within: Context): Context;
  setAttribute(name: string, value: unknown): void;
  setAttributes(attributes: BullmqAttributes): void;
  addEvent(name: string, attributes?: BullmqAttributes, time?: TimeInput): void;
  recordException(exception: unknown, time?: TimeInput): void;
  end(): void;
}

/** Makes the spans of BullMQ. */
export interface BullmqTracer {
  startSpan(name: string, options?: { readonly kind?: SpanKind | number }, within?: Context): BullmqSpan;
}

/** Keeps the contexts of BullMQ, and writes them into jobs. */
export interface BullmqContextManager {
  with<T extends (...args: never[]) => unknown>(within: Context, fn: T): ReturnType<T>;
  active(): Context;
  root(): Context;
  getMetadata(within: Context): string;
  fromMetadata(active: Context, metadata: string): Context;
}

/**
 * The `telemetry` option of BullMQ's queues, workers and flow producers.
 *
 * @see https://docs.bullmq.io/guide/telemetry
 */
export interface BullmqTelemetry {
  readonly tracer: BullmqTracer;
  readonly contextManager: BullmqContextManager;
  /** Measures jobs, where that was asked for. */
  readonly meter?: Pick<Meter, 'createCounter' | 'createHistogram' | 'createGauge'>;
}
