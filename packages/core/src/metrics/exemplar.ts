import { trace, TraceFlags, type Attributes, type Context } from '@opentelemetry/api';

/** Which measurements can become exemplars: those within a sampled span, all, or none. */
export type ExemplarFilter = 'trace_based' | 'always_on' | 'always_off';

/** A measurement that is kept as an example of its series, with the span that it was made in. */
export interface Exemplar {
  readonly value: number;
  /** When it was measured, in milliseconds since the epoch. */
  readonly timeMillis: number;
  /** Absent outside any span. */
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

/** An instrument that keeps exemplars. */
export interface ExemplarHolder {
  /** Those of one series, in the order of its buckets. */
  exemplarsOf(attributes: Attributes): readonly Exemplar[];
}

/**
 * The exemplar that a measurement makes; `undefined` when the filter leaves it out.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#exemplarfilter
 */
export function makeExemplar(filter: ExemplarFilter, value: number, within: Context): Exemplar | undefined {
  const span = trace.getSpanContext(within);
  const isSampled = span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0;
  return filter === 'always_on' || (filter === 'trace_based' && isSampled)
    ? { value, timeMillis: Date.now(), traceId: span?.traceId, spanId: span?.spanId }
    : undefined;
}
