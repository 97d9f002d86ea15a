import otelPlugin from '@otelier/fastify';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { isServerSpan, send, serverSpan, spanTree } from '@otelier/testkit/conformance';
import fastify, { type FastifyInstance } from 'fastify';
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

function expectOneWarning(): void {
  const told = bench.telemetry.otel.status().problems.filter(({ code }) => code === 'OTELIER_MOUNTED_TWICE');
  expect(told.map(({ message }) => message)).toEqual(['otelPlugin is registered where requests are observed already.']);
}

describe('a second registration', () => {
  afterEach(expectOneWarning);

  verifies(['R14', 'R15', 'R23'], 'warns and adds nothing: the options of the first count', async () => {
    expectDiagnostics('OTELIER_MOUNTED_TWICE');
    const app = fastify();
    const seen: string[] = [];
    await app.register(otelPlugin, { layers: true, onRequest: () => seen.push('first') });
    const hooks = app.printRoutes({ includeHooks: true });
    await app.register(otelPlugin, { layers: true, publicEndpoint: true, onRequest: () => seen.push('second') });
    expect(app.printRoutes({ includeHooks: true })).toBe(hooks);
    app.get('/users/:id', ok);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    for (const id of [7, 8]) {
      await app.inject({ url: `/users/${id}`, headers: { traceparent } });
    }
    const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 2);
    expect(spanTree(spans)).toEqual(Array<string[]>(2).fill(['GET /users/:id', '  handler /users/:id']).flat());
    expect(spans.filter(isServerSpan).map((span) => span.parentSpanContext?.spanId)).toEqual(Array(2).fill('b7ad6b7169203331'));
    expect(seen).toEqual(['first', 'first']);
    const points = await bench.telemetry.metric('http.server.request.duration');
    expect(points.map(({ count }) => count)).toEqual([2]);
    await app.close();
  });

  verifies(['R15', 'R23'], 'adds nothing below an instance that is observed', async () => {
    // The warning above is the same: it is not told again.
    const app = await createApp((instance) =>
      instance.register(
        async (api) => {
          await api.register(async (inner) => {
            await inner.register(otelPlugin, { layers: true, publicEndpoint: true });
            inner.addHook('preHandler', async () => {});
            inner.get('/users/:id', ok);
          });
        },
        { prefix: '/api' },
      ),
    );
    await app.inject('/api/users/7');
    const spans = await bench.telemetry.waitFor((all) => all.some(isServerSpan));
    expect(spanTree(spans)).toEqual(['GET /api/users/:id']);
    await app.close();
  });
});

verifies('R15', 'observes instances beside one another, and with one around them that comes later what they leave', async () => {
  expectDiagnostics('OTELIER_MOUNTED_TWICE');
  const app = fastify();
  const part = (from: string) => async (scope: FastifyInstance): Promise<void> => {
    await scope.register(otelPlugin, { onRequest: (span) => span.setAttribute('from', from) });
    scope.get('/users/:id', ok);
  };
  await app.register(part('one'), { prefix: '/one' });
  await app.register(part('two'), { prefix: '/two' });
  await app.register(otelPlugin, { onRequest: (span) => span.setAttribute('from', 'root') });
  app.get('/users/:id', ok);
  for (const path of ['/one/users/7', '/two/users/7', '/users/7']) {
    await app.inject(path);
  }
  const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 3);
  expect(spans.map(({ name, attributes }) => [name, attributes['from']])).toEqual([
    ['GET /one/users/:id', 'one'],
    ['GET /two/users/:id', 'two'],
    ['GET /users/:id', 'root'],
  ]);
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
