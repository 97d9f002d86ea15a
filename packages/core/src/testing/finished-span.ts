import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

/** An event of a span. */
export interface FinishedEvent {
  readonly name: string;
  readonly attributes: Attributes;
}

/** An ended span as plain data, for `toEqual` and `deepEqual`. */
export interface FinishedSpan {
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
  readonly status: 'UNSET' | 'OK' | 'ERROR';
  /** What was told with the status. */
  readonly statusMessage: string | undefined;
  readonly attributes: Attributes;
  readonly events: readonly FinishedEvent[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
  readonly traceId: string;
  readonly spanId: string;
  /** `undefined` for the first span of a trace. */
  readonly parentSpanId: string | undefined;
  /** In milliseconds since the epoch. */
  readonly startMillis: number;
  /** In milliseconds. */
  readonly durationMillis: number;
  /** The name of the instrumentation scope. */
  readonly scope: string;
}

/** An ended span as plain data. */
export function finishedSpan(span: ReadableSpan): FinishedSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    kind: SpanKind[span.kind] as FinishedSpan['kind'],
    status: SpanStatusCode[span.status.code] as FinishedSpan['status'],
    statusMessage: span.status.message,
    attributes: { ...span.attributes },
    events: span.events.map(({ name, attributes }) => ({ name, attributes: { ...attributes } })),
    links: span.links.map(({ context, attributes }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      attributes: { ...attributes },
    })),
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    startMillis: hrTimeToMilliseconds(span.startTime),
    durationMillis: hrTimeToMilliseconds(span.duration),
    scope: span.instrumentationScope.name,
  };
}
