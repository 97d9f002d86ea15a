import { isSpanContextValid, trace, type Context } from '@opentelemetry/api';

/** What a line that is written inside a span carries, by the names of the OpenTelemetry specification. */
export interface TraceFields {
  readonly trace_id: string;
  readonly span_id: string;
  /** Two hexadecimal digits, `01` for a sampled span. */
  readonly trace_flags: string;
}

/**
 * The ids of a context's span; `undefined` outside any.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/
 */
export function traceFields(within: Context): TraceFields | undefined {
  const span = trace.getSpanContext(within);
  return span === undefined || !isSpanContextValid(span)
    ? undefined
    : { trace_id: span.traceId, span_id: span.spanId, trace_flags: (span.traceFlags & 0xff).toString(16).padStart(2, '0') };
}

/** The fields as the end of a line of text, with a blank before them. */
export function traceSuffix({ trace_id, span_id, trace_flags }: TraceFields): string {
  return ` trace_id=${trace_id} span_id=${span_id} trace_flags=${trace_flags}`;
}
