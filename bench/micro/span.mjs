import { SpanKind, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { setupOtel } from '@otelier/core';
import { processorTime } from './stopwatch.mjs';

/** Below the queue of the stock processor: every span is exported. */
const BATCH = 1500;
const BATCHES = 10;

/** A span from its start to the bytes on the wire, with what a request's span has. */
export async function measureSpan() {
  const otel = setupOtel();
  const own = await exported(trace.getTracer('bench'), () => otel.flush());
  await otel.shutdown();
  const processor = new BatchSpanProcessor(new OTLPTraceExporter());
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  const stock = await exported(provider.getTracer('bench'), () => processor.forceFlush());
  await provider.shutdown();
  return [{ name: 'span: start, 8 attributes, end, export', own, stock }];
}

async function exported(tracer, flush) {
  const work = async () => {
    for (let batch = 0; batch < BATCHES; batch++) {
      for (let count = 0; count < BATCH; count++) {
        makeSpan(tracer);
      }
      await flush();
    }
  };
  await work();
  return processorTime(work, BATCH * BATCHES);
}

/** What a span of a request holds. */
export const requestAttributes = {
  'http.request.method': 'GET',
  'url.scheme': 'http',
  'url.path': '/hello/world',
  'server.address': '127.0.0.1',
  'server.port': 3000,
  'network.protocol.version': '1.1',
  'http.route': '/hello/:name',
  'http.response.status_code': 200,
};

export function makeSpan(tracer) {
  const span = tracer.startSpan('GET /hello/:name', { kind: SpanKind.SERVER, attributes: requestAttributes });
  span.end();
  return span;
}
