import { collector, setupOtel, type Otel } from '@otelier/core';
import { trace } from '@opentelemetry/api';
import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { otelPlugin } from '../src/index.js';
import { FASTIFY_VERSIONS } from './fastify-versions.js';

let sink: OtlpSink;
let otel: Otel;
let lines: string[];

beforeEach(async () => {
  sink = await startOtlpSink();
  otel = setupOtel({ serviceName: 'fastify-logs', handleSignals: false, destinations: [collector(sink.url)], logs: true });
  lines = [];
});
afterEach(async () => {
  await otel.shutdown();
  await sink.close();
});

describe.each(FASTIFY_VERSIONS)('the logger of $name', ({ fastify }) => {
  verifies(['L1', 'L2'], 'ties every line of a request to its span, and sends each once', async () => {
    const app = fastify({ logger: { level: 'info', stream: { write: (line: string) => void lines.push(line) } } });
    await app.register(otelPlugin);
    let span = { traceId: '', spanId: '' };
    app.get('/orders/:id', async (request, reply) => {
      span = trace.getActiveSpan()?.spanContext() ?? span;
      request.log.info({ order: 7 }, 'by the request');
      reply.log.child({ part: 'stock' }).warn('by a child');
      app.log.info('by the application');
      await new Promise(setImmediate);
      throw new RangeError('no such order');
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as { port: number };
    await fetch(`http://127.0.0.1:${port}/orders/7`);
    await app.close();
    const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const tied = objects.filter(({ trace_id }) => trace_id !== undefined);
    expect(tied.map(({ msg }) => msg)).toEqual(['by the request', 'by a child', 'by the application', 'no such order', 'request completed']);
    expect(tied).toMatchObject(tied.map(() => ({ trace_id: span.traceId, span_id: span.spanId, trace_flags: '01' })));
    await otel.flush();
    const records = sink.logs();
    expect(records.map(({ body }) => body)).toEqual(objects.map(({ msg }) => msg));
    const failed = records.find(({ body }) => body === 'no such order');
    expect(failed).toMatchObject({ severityNumber: 17, traceId: span.traceId, spanId: span.spanId });
    expect(failed?.attributes).toMatchObject({ 'exception.type': 'RangeError', 'exception.message': 'no such order' });
    expect(records.find(({ body }) => body === 'by a child')?.attributes).toMatchObject({ part: 'stock', reqId: 'req-1' });
  });
});
