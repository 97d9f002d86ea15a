import { Readable } from 'node:stream';
import { SpanStatusCode } from '@opentelemetry/api';
import otelPlugin from '@otelier/fastify';
import { verifies } from '@otelier/testkit';
import { exceptionsOf, isServerSpan, sendAndLeave } from '@otelier/testkit/conformance';
import fastify from 'fastify';
import { createApp, fastifyBench, serve, type Build } from './bench.js';

class StockError extends Error {}

const ok = async (): Promise<object> => ({});
const bench = fastifyBench();

// What users of @fastify/otel know from it, one test for each.

verifies('R1', 'names the span with its route, not "request"', async () => {
  const { span } = await bench.ask((app) => app.get('/users/:id', ok), '/users/7');
  expect(span.name).toBe('GET /users/:id');
});

verifies('R3', 'does not keep url.query in url.path', async () => {
  const { span } = await bench.ask((app) => app.get('/users/:id', ok), '/users/7?page=2');
  expect([span.attributes['url.path'], span.attributes['url.query']]).toEqual(['/users/7', 'page=2']);
});

verifies('R5', 'does not mark a thrown 4xx as an error', async () => {
  const build: Build = (app) =>
    app.get('/users/:id', () => {
      throw Object.assign(new StockError('gone'), { statusCode: 410 });
    });
  const { answer, span } = await bench.ask(build, '/users/7');
  expect([answer.status, span.status.code]).toEqual([410, SpanStatusCode.UNSET]);
  expect([span.attributes['error.type'], span.events]).toEqual([undefined, []]);
});

verifies(['R5', 'R6'], 'gives a 5xx its exception event and the class of its error', async () => {
  const build: Build = (app) =>
    app.get('/users/:id', () => {
      throw new StockError('none left');
    });
  const { span } = await bench.ask(build, '/users/7');
  expect([span.attributes['error.type'], exceptionsOf(span).length]).toEqual(['StockError', 1]);
});

verifies('R7', 'ends a streamed reply at its last byte, not at onSend', async () => {
  const endedBefore: number[] = [];
  const build: Build = (app) =>
    app.get('/stream', (_request, reply) =>
      reply.send(
        Readable.from(
          (async function* slow() {
            yield 'one ';
            while (!reply.raw.headersSent) {
              await new Promise((resolve) => setImmediate(resolve));
            }
            endedBefore.push(bench.telemetry.spans().length);
            yield 'two';
          })(),
        ),
      ),
    );
  const { answer } = await bench.ask(build, '/stream');
  expect([answer.text, endedBefore]).toEqual(['one two', [0]]);
});

verifies('R15', 'leaves addHook and setNotFoundHandler as they are', async () => {
  const plain = fastify();
  const observed = fastify();
  await observed.register(otelPlugin);
  for (const name of ['addHook', 'setNotFoundHandler', 'setErrorHandler', 'route', 'register'] as const) {
    expect(Object.hasOwn(observed, name)).toBe(Object.hasOwn(plain, name));
    expect(observed[name].toString()).toBe(plain[name].toString());
  }
  await Promise.all([plain.close(), observed.close()]);
});

verifies('M1', 'measures requests', async () => {
  await bench.ask((app) => app.get('/users/:id', ok), '/users/7');
  const points = await bench.telemetry.metric('http.server.request.duration');
  expect(points.map(({ count, attributes }) => [count, attributes['http.route']])).toEqual([[1, '/users/:id']]);
});

verifies(['R14', 'D2'], 'needs no instrumentation-http, and records inside Jest', async () => {
  const { span } = await bench.inject((app) => app.get('/users/:id', ok), '/users/7');
  expect(span.instrumentationScope.name).toBe('@otelier/fastify');
});

verifies('R8', 'does not report a client that went away as a 200', async () => {
  const app = await createApp((instance) => instance.get('/users/:id', () => new Promise(() => {})));
  const running = await serve(app, bench.telemetry);
  await sendAndLeave(running.server, '/users/7', 'before-headers');
  const span = await bench.telemetry.span(isServerSpan);
  await running.server.close();
  expect(span.attributes['http.response.status_code']).toBeUndefined();
  expect(span.attributes['error.type']).toBe('client_disconnected');
});
