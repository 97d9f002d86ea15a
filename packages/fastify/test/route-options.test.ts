import { withSpan } from '@otelier/core';
import otelPlugin from '@otelier/fastify';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { isServerSpan, send } from '@otelier/testkit/conformance';
import fastify from 'fastify';
import { createApp, fastifyBench, serve } from './bench.js';

const bench = fastifyBench();

verifies('R17', 'leaves out a route with config.otel: false, and what is done for it', async () => {
  const app = await createApp((instance) => {
    instance.addHook('onRequest', async () => withSpan('hook work', () => {}));
    instance.get('/unseen', { config: { otel: false } }, () => withSpan('unseen work', () => ({})));
    instance.get('/seen', () => ({}));
  });
  const { server } = await serve(app, bench.telemetry);
  for (const method of ['GET', 'HEAD']) {
    await send(server, '/unseen', { method });
  }
  await send(server, '/seen');
  const spans = await bench.telemetry.waitFor((all) => all.some(isServerSpan));
  expect(spans.map(({ name }) => name)).toEqual(['hook work', 'GET /seen']);
  await server.close();
});

verifies(['R17', 'R18', 'R19'], "observes a route by its own options, each in place of the plugin's", async () => {
  const app = fastify({ forceCloseConnections: true });
  await app.register(otelPlugin, {
    headers: { request: ['x-tenant'] },
    onRequest: (span) => span.setAttribute('from', 'plugin'),
    requestAttributes: ['method'],
  });
  app.get('/own', { config: { otel: { publicEndpoint: true, onRequest: (span) => span.setAttribute('from', 'route') } } }, () => ({}));
  const running = await serve(app, bench.telemetry);
  await send(running.server, '/own', {
    headers: { 'x-tenant': 'acme', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  });
  const span = await bench.telemetry.span(isServerSpan);
  expect(span.attributes).toMatchObject({ from: 'route', method: 'GET', 'http.request.header.x-tenant': ['acme'] });
  expect([span.parentSpanContext, span.links.length]).toEqual([undefined, 1]);
  await running.server.close();
});

verifies('R17', 'refuses a route with a wrong option when it is added', async () => {
  const app = fastify();
  await app.register(otelPlugin);
  const add = (otel: unknown) => (): unknown => app.get('/wrong', { config: { otel: otel as false } }, () => ({}));
  expect(add({ layer: true })).toThrow(TypeError);
  expect(add({ layers: 'yes' })).toThrow(/option layers/);
  expect(add({ ignore: ['/x'] })).toThrow(/config\.otel of \/wrong\.ignore/);
  await app.close();
});

verifies('R17', 'tells once of a wrong option of a route that was added before the plugin, and goes by its own options', async () => {
  expectDiagnostics('OTELIER_OPTION_INVALID');
  const app = fastify();
  app.get('/early/:id', { config: { otel: { layers: 'yes' as unknown as boolean, publicEndpoint: true } } }, () => ({}));
  await app.register(otelPlugin, { onRequest: (span) => span.setAttribute('from', 'plugin') });
  for (const id of [7, 8]) {
    expect((await app.inject(`/early/${id}`)).statusCode).toBe(200);
  }
  const { problems } = bench.telemetry.otel.status();
  expect(problems.filter(({ code }) => code !== 'OTELIER_MOUNTED_TWICE')).toEqual([
    { code: 'OTELIER_OPTION_INVALID', count: 1, message: 'config.otel of /early/:id: option layers: "yes" is not allowed. Allowed: true or false.' },
  ]);
  await app.close();
});
