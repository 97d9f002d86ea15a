import { withSpan } from '@otelier/core';
import otelPlugin from '@otelier/fastify';
import { verifies } from '@otelier/testkit';
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
