import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { setupOtel } from '@otelier/core';
import otelPlugin, { type OtelPluginOptions } from '@otelier/fastify';
import { verifies } from '@otelier/testkit';
import fastify from 'fastify';
import { fastifyBench, serve } from './bench.js';
import { serverSpan, send } from '@otelier/testkit/conformance';

const ok = async (): Promise<object> => ({});

describe('requests', () => {
  const bench = fastifyBench();

  verifies(['R1', 'R3', 'R5'], 'makes the whole span of a request sent by inject', async () => {
    const { status, span } = await bench.inject((app) => app.get('/users/:id', ok), {
      url: '/users/7?page=2',
      headers: { 'user-agent': 'inject', host: 'shop.example:8080' },
      remoteAddress: '203.0.113.9',
    });
    expect(status).toBe(200);
    expect({ name: span.name, kind: span.kind, status: span.status, events: span.events }).toEqual({
      name: 'GET /users/:id',
      kind: SpanKind.SERVER,
      status: { code: SpanStatusCode.UNSET },
      events: [],
    });
    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'url.path': '/users/7',
      'url.query': 'page=2',
      'server.address': 'shop.example',
      'server.port': 8080,
      'client.address': '203.0.113.9',
      'network.peer.address': '203.0.113.9',
      'network.protocol.version': '1.1',
      'user_agent.original': 'inject',
      'http.response.status_code': 200,
      'http.route': '/users/:id',
    });
  });

  verifies('R4', 'takes scheme, client and server from the forwarded headers of a trusted proxy', async () => {
    const app = fastify({ trustProxy: true });
    await app.register(otelPlugin);
    app.get('/', ok);
    const running = await serve(app, bench.telemetry);
    await send(running.server, '/', {
      headers: {
        'x-forwarded-for': '203.0.113.9, 10.0.0.1',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'shop.example:8443',
      },
    });
    const span = await serverSpan(running);
    await running.server.close();
    expect(span.attributes).toMatchObject({
      'url.scheme': 'https',
      'client.address': '203.0.113.9',
      'server.address': 'shop.example',
      'server.port': 8443,
      'network.peer.address': '127.0.0.1',
    });
  });
});

describe('options', () => {
  it.each([
    [{ unknown: 1 }, /otelPlugin\.unknown: .*Allowed: otel/],
    [{ otel: true }, /option otel: true .*false or the options of setupOtel/],
    [{ otel: { serviceName: 7 } }, /serviceName: 7/],
  ])('rejects the registration with a TypeError for the wrong options %j', async (options, message) => {
    const registering = fastify().register(otelPlugin, options as unknown as OtelPluginOptions);
    const error: unknown = await Promise.resolve(registering).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
  });

  it('takes the options that Fastify itself takes beside its own', async () => {
    const exporter = new InMemorySpanExporter();
    const spanProcessors = [new SimpleSpanProcessor(exporter)];
    const otel = { serviceName: 'shop', destinations: [], spanProcessors, handleSignals: false };
    const app = fastify();
    await app.register(otelPlugin, { otel, prefix: '/api', logLevel: 'warn' });
    app.get('/x', ok);
    await app.inject('/x');
    expect(exporter.getFinishedSpans().map((span) => span.resource.attributes['service.name'])).toEqual(['shop']);
    await app.close();
    await setupOtel().shutdown();
  });

  it('leaves the set-up to the application with otel: false', async () => {
    const app = fastify();
    await app.register(otelPlugin, { otel: false });
    app.get('/x', ok);
    expect((await app.inject('/x')).statusCode).toBe(200);
    const exporter = new InMemorySpanExporter();
    const otel = setupOtel({ destinations: [], spanProcessors: [new SimpleSpanProcessor(exporter)], handleSignals: false });
    expect(otel.status().spans.started).toBe(0);
    await app.inject('/x');
    expect(exporter.getFinishedSpans()).toHaveLength(1);
    await app.close();
    await otel.shutdown();
  });
});
