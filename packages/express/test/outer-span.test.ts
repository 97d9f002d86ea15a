import { context, SpanKind, trace } from '@opentelemetry/api';
import { otelMiddleware } from '@otelier/express';
import { otelPlugin } from '@otelier/fastify';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { exceptionsOf } from '@otelier/testkit/conformance';
import express from 'express';
import fastify from 'fastify';
import { expressBench } from './bench.js';

const bench = expressBench();

verifies('R14', 'enriches a SERVER span that other middleware has made, and measures nothing', async () => {
  const app = express();
  app.set('env', 'test');
  app.use((_request, response, next) => {
    const span = trace.getTracer('hand-made').startSpan('hand-made', { kind: SpanKind.SERVER });
    response.once('finish', () => span.end());
    context.with(trace.setSpan(context.active(), span), next);
  });
  app.use(otelMiddleware());
  app.get('/users/:id', () => {
    throw new RangeError('no user');
  });
  const { span } = await bench.ask(app, '/users/7');
  expect([span.name, span.instrumentationScope.name]).toEqual(['GET /users/:id', 'hand-made']);
  expect(span.attributes).toMatchObject({ 'http.route': '/users/:id', 'error.type': 'RangeError' });
  expect(exceptionsOf(span)).toHaveLength(1);
  expect(await bench.telemetry.metric('http.server.request.duration')).toEqual([]);
});

verifies(['R14', 'R15'], 'makes one span for a Fastify application that Express serves, with its route', async () => {
  expectDiagnostics('OTELIER_MOUNTED_TWICE');
  const inner = fastify();
  await inner.register(otelPlugin);
  inner.get('/users/:id', async () => ({}));
  await inner.ready();
  const app = express();
  app.use(otelMiddleware());
  app.use((request, response) => inner.routing(request, response));
  const { answer, span } = await bench.ask(app, '/users/7');
  expect(answer.status).toBe(200);
  expect([span.name, span.instrumentationScope.name]).toEqual(['GET /users/:id', '@otelier/express']);
  expect((await bench.telemetry.metric('http.server.request.duration')).map(({ count }) => count)).toEqual([1]);
  await inner.close();
});
