import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { SpanKind, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { countDatadog, countOtlp, countSentry } from '../src/span-counts.mjs';

function serialized(kinds: readonly SpanKind[]): Uint8Array {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  kinds.forEach((kind, index) => {
    const attributes = { index, text: 'ä'.repeat(99) };
    provider.getTracer(`scope ${index % 2}`).startSpan('a span', { kind, attributes }).end();
  });
  return ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? new Uint8Array();
}

describe('the counts of the sink', () => {
  afterEach(() => trace.disable());

  it('counts the spans of an OTLP request, and those that stand for a request', () => {
    const body = serialized([SpanKind.SERVER, SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT]);

    expect(countOtlp(body)).toEqual({ spans: 4, requestSpans: 2 });
    expect(countOtlp(new Uint8Array())).toEqual({ spans: 0, requestSpans: 0 });
  });

  it('counts the traces that a Datadog agent is told of', () => {
    expect(countDatadog({ 'x-datadog-trace-count': '17' })).toEqual({ spans: 17, requestSpans: 17 });
    expect(countDatadog({})).toEqual({ spans: 0, requestSpans: 0 });
  });

  it('counts the transactions and spans of a Sentry envelope', () => {
    const envelope = [
      { event_id: '1', trace: { transaction: 'GET /' } },
      { type: 'transaction' },
      { type: 'transaction', transaction: 'GET /', spans: [{}, {}] },
      { type: 'session' },
      { status: 'ok' },
    ];

    expect(countSentry(envelope.map((line) => JSON.stringify(line)).join('\n'))).toEqual({ spans: 3, requestSpans: 1 });
  });

  it('counts the segments of an envelope of spans', () => {
    const envelope = [
      {},
      { type: 'span', item_count: 2, content_type: 'application/vnd.sentry.items.span.v2+json' },
      { items: [{ is_segment: true }, { is_segment: false }] },
    ];

    expect(countSentry(envelope.map((line) => JSON.stringify(line)).join('\n'))).toEqual({ spans: 2, requestSpans: 1 });
  });
});
