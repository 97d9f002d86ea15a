import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { builtCore } from './built-core.mjs';
import { makeSpan } from './span.mjs';
import { timed } from './stopwatch.mjs';

const SPANS = 512;

/** An ended span into protobuf. */
export async function measureEncoder() {
  const { ProtobufWriter } = await builtCore('pipeline/encoding/protobuf-writer');
  const { writeSpan } = await builtCore('pipeline/encoding/span-encoding');
  const spans = endedSpans();
  const own = timed(() => {
    const writer = new ProtobufWriter();
    spans.forEach((span) => writeSpan(writer, 2, span));
    return writer;
  });
  const stock = timed(() => ProtobufTraceSerializer.serializeRequest(spans));
  return [{ name: 'encoder: one span, of 512 at a time', own: own / SPANS, stock: stock / SPANS }];
}

function endedSpans() {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  for (let count = 0; count < SPANS; count++) {
    makeSpan(provider.getTracer('bench'));
  }
  return exporter.getFinishedSpans();
}
