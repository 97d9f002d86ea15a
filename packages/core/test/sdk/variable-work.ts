import { metrics, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import type { OtlpSink, ReceivedDataPoint, ReceivedLogRecord, ReceivedMetric, ReceivedSpan } from '@otelier/testkit';

/** Longer than the limits that the tests set. */
export const LONG = 'a long text';

const LINKED = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const ATTRIBUTES = { 'shop.a': LONG, 'shop.b': 2, 'shop.c': 3 };

/** Makes a bit of everything that variables can decide about, all at once. */
export function work(): void {
  const tracer = trace.getTracer('shop');
  tracer.startActiveSpan('work', { attributes: ATTRIBUTES, links: [1, 2, 3].map(() => ({ context: LINKED, attributes: ATTRIBUTES })) }, (span) => {
    [1, 2, 3].forEach(() => span.addEvent('step', ATTRIBUTES));
    measure();
    span.end();
  });
  logs.getLogger('shop').emit({ body: 'tea', attributes: ATTRIBUTES });
  const remote = propagation.extract(ROOT_CONTEXT, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' });
  tracer.startSpan('of an unsampled caller', { kind: SpanKind.INTERNAL }, remote).end();
}

/** Measures within the active span. */
export function measure(): void {
  const meter = metrics.getMeter('shop');
  meter.createHistogram('tea.weight').record(3);
  meter.createCounter('tea.sold').add(1);
  meter.createUpDownCounter('tea.stored').add(1);
  meter.createObservableCounter('tea.grown').addCallback((result) => result.observe(7));
}

/** The span of {@link work}. */
export function span(sink: OtlpSink): ReceivedSpan | undefined {
  return sink.spans().find(({ name }) => name === 'work');
}

/** The log record of {@link work}. */
export function record(sink: OtlpSink): ReceivedLogRecord | undefined {
  return sink.logs().find(({ body }) => body === 'tea');
}

/** A metric of {@link measure}. */
export function metric(sink: OtlpSink, name: string): ReceivedMetric | undefined {
  return sink.metrics().find((candidate) => candidate.name === name);
}

/** The data point of the histogram. */
export function point(sink: OtlpSink): ReceivedDataPoint | undefined {
  return metric(sink, 'tea.weight')?.dataPoints[0];
}
