import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import fastifyWebsocket from '@fastify/websocket';
import otelPlugin, { type OtelPluginOptions } from '@otelier/fastify';
import { verifies } from '@otelier/testkit';
import { activeSpanId, isServerSpan, type Bench } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import WebSocket, { WebSocketServer } from 'ws';
import { fastifyBench, serve } from './bench.js';

const bench = fastifyBench();
const running: Bench[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ server }) => server.close()));
});

async function start(
  build: (app: FastifyInstance) => unknown,
  { options = {}, server = {} }: { readonly options?: OtelPluginOptions; readonly server?: FastifyServerOptions } = {},
): Promise<Bench> {
  const app = fastify({ forceCloseConnections: true, ...server });
  await app.register(otelPlugin, options);
  await build(app);
  const served = await serve(app, bench.telemetry);
  running.push(served);
  return served;
}

async function oneSpan(): Promise<ReadableSpan> {
  const spans = (await bench.telemetry.waitFor((all) => all.some(isServerSpan))).filter(isServerSpan);
  expect(spans).toHaveLength(1);
  return spans[0] as ReadableSpan;
}

/** Opens a WebSocket and reads its first message; the status of the answer when it is refused. */
async function ask(path: string, headers: Record<string, string> = {}): Promise<{ client: WebSocket; answer: string | number }> {
  const client = new WebSocket(`ws://127.0.0.1:${running[0]?.server.port}${path}`, { headers });
  client.on('error', () => {});
  const answer = await new Promise<string | number>((resolve) => {
    client.once('message', (data: Buffer) => resolve(data.toString()));
    client.once('close', () => resolve('closed'));
    client.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  return { client, answer };
}

describe('behind @fastify/websocket', () => {
  async function chat(app: FastifyInstance): Promise<void> {
    await app.register(fastifyWebsocket);
    app.get('/chat/:room', { websocket: true }, (socket, request) => {
      socket.send(JSON.stringify({ handler: activeSpanId(), trace: request.otel.traceId }));
      socket.on('message', () => socket.send(activeSpanId()));
    });
    app.get('/plain/:id', async () => ({ plain: true }));
  }

  verifies(['R2', 'R9', 'R12', 'R14'], 'is one span with the route, which ends with the handshake', async () => {
    await start(chat);
    const { client, answer } = await ask('/chat/tea?token=hunter2', {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    const span = await oneSpan();
    expect(client.readyState).toBe(WebSocket.OPEN);
    expect(span.name).toBe('GET /chat/:room');
    expect(span.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(span.attributes).toMatchObject({ 'url.query': 'token=REDACTED', 'http.response.status_code': 101 });
    const { spanId, traceId } = span.spanContext();
    expect(JSON.parse(String(answer))).toEqual({ handler: spanId, trace: traceId });
    client.send('more');
    const [later] = (await once(client, 'message')) as [Buffer];
    expect(later.toString()).toBe(spanId);
    client.terminate();
    const points = await bench.telemetry.metric('http.server.request.duration');
    expect(points.map(({ count, attributes }) => [count, attributes['http.route']])).toEqual([[1, '/chat/:room']]);
    await bench.telemetry.waitForActive(0);
  });

  it.each([
    // A route that wants no WebSocket is shaken hands with and left.
    ['a plain route', '/plain/7', 'closed', 101, 'GET /plain/:id'],
    ['no route', '/nowhere', 404, 404, 'GET'],
  ])('is one span when it meets %s', async (_what, path, expected, status, name) => {
    await start(chat);
    const { answer } = await ask(path);
    const span = await oneSpan();
    expect([answer, span.attributes['http.response.status_code'], span.name]).toEqual([expected, status, name]);
    await bench.telemetry.waitForActive(0);
  });

  verifies(['R7', 'R9'], 'ends an ordinary answer with its last byte', async () => {
    let finish = (): void => {};
    const served = await start(async (app) => {
      app.addHook('preValidation', async (_request, reply) => {
        const body = new PassThrough();
        body.write('begun');
        finish = () => body.end('done');
        return reply.code(403).send(body);
      });
      await chat(app);
    });
    const client = new WebSocket(`ws://127.0.0.1:${served.server.port}/chat/tea`);
    client.on('error', () => {});
    const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
    await once(response, 'data');
    expect(bench.telemetry.spans()).toEqual([]);
    finish();
    await once(response.resume(), 'end');
    expect((await oneSpan()).attributes['http.response.status_code']).toBe(403);
    await bench.telemetry.waitForActive(0);
  });

  verifies(['R5', 'R6', 'R9'], 'tells what a hook threw before the handshake', async () => {
    await start(async (app) => {
      app.addHook('preValidation', async () => {
        throw new RangeError('no room');
      });
      await chat(app);
    });
    const { answer } = await ask('/chat/tea');
    const span = await oneSpan();
    expect([answer, span.attributes['error.type']]).toEqual([500, 'RangeError']);
    expect(span.events.map(({ name }) => name)).toEqual(['exception']);
  });

  verifies('R4', 'takes what a trusted proxy says', async () => {
    await start(chat, { server: { trustProxy: true } });
    const { client } = await ask('/chat/tea', { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'tea.example' });
    const span = await oneSpan();
    client.terminate();
    expect(span.attributes).toMatchObject({
      'url.scheme': 'https',
      'client.address': '203.0.113.9',
      'server.address': 'tea.example',
      'server.port': 443,
    });
    const [point] = await bench.telemetry.metric('http.server.request.duration');
    expect(point?.attributes['url.scheme']).toBe('https');
    await bench.telemetry.waitForActive(0);
  });

  verifies(['R17', 'R18'], "follows the route's own options, and calls the hooks once with Fastify's request", async () => {
    const seen: unknown[] = [];
    await start(
      async (app) => {
        await app.register(fastifyWebsocket);
        app.get('/quiet', { websocket: true, config: { otel: false } }, (socket) => socket.send('quiet'));
        app.get('/loud', { websocket: true }, (socket) => socket.send('loud'));
      },
      { options: { onRequest: (_span, request) => seen.push(request.routeOptions.url) } },
    );
    (await ask('/quiet')).client.terminate();
    await bench.telemetry.waitForActive(0);
    expect([seen, bench.telemetry.spans()]).toEqual([[], []]);
    (await ask('/loud')).client.terminate();
    expect([(await oneSpan()).name, seen]).toEqual(['GET /loud', ['/loud']]);
  });

  verifies('R22', 'tells the caller its trace in the answer to the handshake', async () => {
    await start(chat, { options: { responsePropagation: true } });
    const client = new WebSocket(`ws://127.0.0.1:${running[0]?.server.port}/chat/tea`);
    const [response] = (await once(client, 'upgrade')) as [{ readonly headers: Record<string, string> }];
    const { traceId, spanId } = (await oneSpan()).spanContext();
    client.terminate();
    expect(response.headers['traceresponse']).toBe(`00-${traceId}-${spanId}-01`);
  });
});

describe('behind ws', () => {
  verifies(['R9', 'R12'], 'observes the handshakes of a server of its own on the same port', async () => {
    const { telemetry } = await start((app) => {
      const sockets = new WebSocketServer({ server: app.server, path: '/ws' });
      sockets.on('connection', (socket) => socket.send(activeSpanId()));
    });
    const { client, answer } = await ask('/ws');
    const span = await oneSpan();
    client.terminate();
    expect([span.name, span.attributes['http.response.status_code'], answer]).toEqual(['GET', 101, span.spanContext().spanId]);
    await telemetry.clear();
    expect((await ask('/elsewhere')).answer).toBe(400);
    expect((await oneSpan()).attributes['http.response.status_code']).toBe(400);
  });
});

describe('below a prefix', () => {
  async function startApi(): Promise<FastifyInstance> {
    const app = fastify({ forceCloseConnections: true });
    await app.register(fastifyWebsocket);
    await app.register(
      async (api) => {
        await api.register(otelPlugin);
        api.get('/chat', { websocket: true }, (socket) => socket.send(activeSpanId()));
      },
      { prefix: '/api' },
    );
    app.get('/chat', { websocket: true }, (socket) => socket.send(activeSpanId()));
    running.push(await serve(app, bench.telemetry));
    return app;
  }

  verifies(['R9', 'R12', 'R15'], 'is one span that ends with the handshake, and none for the handshakes outside', async () => {
    await startApi();
    for (const path of ['/chat', '/nowhere']) {
      (await ask(path)).client.terminate();
    }
    const { client, answer } = await ask('/api/chat');
    const span = await oneSpan();
    expect(client.readyState).toBe(WebSocket.OPEN);
    client.terminate();
    expect([span.name, span.attributes['http.response.status_code'], answer]).toEqual(['GET /api/chat', 101, span.spanContext().spanId]);
    await bench.telemetry.waitForActive(0);
  });
});
