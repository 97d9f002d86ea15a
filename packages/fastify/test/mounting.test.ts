import otelPlugin from '@otelier/fastify';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { isServerSpan, send, serverSpan } from '@otelier/testkit/conformance';
import fastify from 'fastify';
import { createApp, fastifyBench, serve } from './bench.js';

const ok = async (): Promise<object> => ({});
const bench = fastifyBench();

verifies(['R2', 'R15'], 'observes what is below the prefix that it is registered in, and nothing else', async () => {
  const app = fastify();
  await app.register(
    async (scope) => {
      await scope.register(otelPlugin);
      scope.get('/users/:id', ok);
    },
    { prefix: '/api/:tenant' },
  );
  app.get('/health', ok);
  const running = await serve(app, bench.telemetry);
  await send(running.server, '/health');
  await send(running.server, '/api/acme/users/7');
  const span = await serverSpan(running);
  await running.server.close();
  expect(span.name).toBe('GET /api/:tenant/users/:id');
  expect(span.attributes['url.path']).toBe('/api/acme/users/7');
});

verifies(['R14', 'R15'], 'makes one span, counts once and warns once when it is registered twice', async () => {
  expectDiagnostics('OTELIER_MOUNTED_TWICE');
  const app = await createApp((instance) => instance.register(otelPlugin));
  app.get('/users/:id', ok);
  await app.inject('/users/7');
  await app.inject('/users/8');
  const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 2);
  expect(spans.map((span) => span.name)).toEqual(['GET /users/:id', 'GET /users/:id']);
  const points = await bench.telemetry.metric('http.server.request.duration');
  expect(points.map(({ count }) => count)).toEqual([2]);
  const told = bench.telemetry.otel.status().problems.filter(({ code }) => code === 'OTELIER_MOUNTED_TWICE');
  expect(told).toEqual([expect.objectContaining({ count: 2 })]);
  await app.close();
});

verifies('R2', 'gives the template of the route that a rewritten URL leads to', async () => {
  const app = await createApp((instance) => instance.get('/v2/users/:id', ok), {
    rewriteUrl: (request) => `/v2${request.url ?? ''}`,
  });
  await app.inject('/users/7');
  const span = await bench.telemetry.span(isServerSpan);
  expect([span.name, span.attributes['url.path']]).toEqual(['GET /v2/users/:id', '/users/7']);
  await app.close();
});

verifies(['R13', 'R15'], 'observes several applications of one process', async () => {
  const apps = await Promise.all(
    ['/one/:id', '/two/:id'].map((route) => createApp((instance) => instance.get(route, ok))),
  );
  await Promise.all([apps[0]?.inject('/one/1'), apps[1]?.inject('/two/2')]);
  await apps[0]?.close();
  await apps[1]?.inject('/two/3');
  const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 3);
  expect(spans.map((span) => span.name).toSorted()).toEqual(['GET /one/:id', 'GET /two/:id', 'GET /two/:id']);
  await apps[1]?.close();
});
