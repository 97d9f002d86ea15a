const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const epochMillis = 1_790_000_000_000;

/** What a sample span is made of; everything else has a plain default. */
export interface SampleSpan {
  readonly id: string;
  readonly parent?: string;
  readonly service: string;
  readonly name: string;
  readonly kind?: string;
  /** Milliseconds after the trace's start. */
  readonly at?: number;
  readonly durationMillis?: number;
  readonly attributes?: Record<string, unknown>;
  readonly error?: { readonly type: string; readonly message: string };
}

/** A log line of a sample span. */
export interface SampleLog {
  readonly service: string;
  readonly spanId: string;
  readonly level: string;
  readonly message: string;
}

/** A trace as the demo's receiver gives it, its spans in the order in which they are listed. */
export function sampleTrace(spans: readonly SampleSpan[], logs: readonly SampleLog[] = []) {
  return { traceId, spans: spans.map(sampleSpan), logs: logs.map((line) => ({ traceId, ...line })) };
}

function sampleSpan(span: SampleSpan) {
  const { id, parent = '', service, name, kind = 'INTERNAL', at = 0, durationMillis = 1, attributes = {}, error } = span;
  const event = { name: 'exception', attributes: { 'exception.type': error?.type, 'exception.message': error?.message } };
  return {
    traceId,
    spanId: id,
    parentSpanId: parent,
    service,
    name,
    kind,
    startMillis: epochMillis + at,
    durationMillis,
    attributes,
    events: error ? [event] : [],
    isError: error !== undefined,
    statusMessage: '',
  };
}
