import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { otelMiddleware, type OtelMiddlewareOptions } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { isServerSpan } from '@otelier/testkit/conformance';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { setupOtel } from '@otelier/core';
import { expressBench } from './bench.js';
import { EXPRESS_VERSIONS, type ExpressLibrary } from './express-versions.js';
import request from 'supertest';
import type { Express, Request, Response } from 'express';

function application(express: ExpressLibrary, options?: OtelMiddlewareOptions): Express {
  const app = express();
  app.use(otelMiddleware(options));
  app.get('/users/:id', (_request, response) => void response.json({}));
  return app;
}

describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();

  verifies(['R16', 'R18', 'R24'], "gives functions Express's own request, with its telemetry, as they may annotate it", async () => {
    const options: OtelMiddlewareOptions = {
      ignore: [(given: Request) => given.path === '/never'],
      publicEndpoint: (given: Request) => given.get('x-public') !== undefined,
      onRequest: (_span, given: Request) => given.otel.setAttributes({ 'hook.path': given.path }),
      onResponse: (span, given: Request, response: Response) =>
        void span.setAttributes({ 'hook.id': given.params['id'], 'hook.status': response.statusCode }),
    };
    await request(application(express, options)).get('/users/7').expect(200);
    const { attributes } = await bench.telemetry.span(isServerSpan);
    expect(attributes).toMatchObject({ 'hook.path': '/users/7', 'hook.id': '7', 'hook.status': 200 });
  });

  verifies(['R1', 'R3', 'R5'], 'makes the whole span of a request sent by supertest', async () => {
    await request(application(express)).get('/users/7?page=2').set('user-agent', 'supertest').expect(200);
    const span = await bench.telemetry.span(isServerSpan);
    expect({ name: span.name, kind: span.kind, status: span.status, events: span.events }).toEqual({
      name: 'GET /users/:id',
      kind: SpanKind.SERVER,
      status: { code: SpanStatusCode.UNSET },
      events: [],
    });
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.attributes).toEqual({
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'url.path': '/users/7',
      'url.query': 'page=2',
      'server.address': '127.0.0.1',
      'server.port': expect.any(Number) as number,
      'client.address': expect.stringContaining('127.0.0.1') as string,
      'network.peer.address': expect.stringContaining('127.0.0.1') as string,
      'network.peer.port': expect.any(Number) as number,
      'network.protocol.version': '1.1',
      'user_agent.original': 'supertest',
      'http.response.status_code': 200,
      'http.route': '/users/:id',
    });
  });
});

describe('options', () => {
  it.each([
    [{ unknown: 1 }, /otelMiddleware\.unknown: .*Allowed: otel/],
    [{ otel: true }, /option otel: true .*false or the options of setupOtel/],
    ['text', /otelMiddleware: the value that is set is not allowed/],
    [null, /otelMiddleware: null/],
    [{ otel: { serviceName: 7 } }, /serviceName: 7/],
  ])('throws a TypeError for the wrong options %j at the call', (options, message) => {
    const call = (): unknown => otelMiddleware(options as unknown as OtelMiddlewareOptions);
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });

  const [, [, express]] = EXPRESS_VERSIONS as readonly [unknown, (typeof EXPRESS_VERSIONS)[number]];

  it('leaves the set-up to the application with otel: false', async () => {
    await request(application(express, { otel: false })).get('/users/7').expect(200);
    const exporter = new InMemorySpanExporter();
    const otel = setupOtel({ outgoing: false, destinations: [], spanProcessors: [new SimpleSpanProcessor(exporter)], handleSignals: false });
    expect(otel.status().spans.started).toBe(0);
    await request(application(express, { otel: false })).get('/users/7').expect(200);
    expect(exporter.getFinishedSpans()).toHaveLength(1);
    await otel.shutdown();
  });

  it('sets up with the options given as otel', async () => {
    const exporter = new InMemorySpanExporter();
    const spanProcessors = [new SimpleSpanProcessor(exporter)];
    const otel = { serviceName: 'shop', outgoing: false as const, destinations: [], spanProcessors, handleSignals: false };
    await request(application(express, { otel })).get('/users/7').expect(200);
    expect(exporter.getFinishedSpans().map((span) => span.resource.attributes['service.name'])).toEqual(['shop']);
    await setupOtel().shutdown();
  });
});
