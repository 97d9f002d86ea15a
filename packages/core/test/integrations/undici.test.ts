import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { hasSubscribers, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { withSpan } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe, testKeyPair } from '@otelier/testkit/conformance';
import { UNDICI_COPIES } from '../outgoing/clients.js';
import { startTarget, type TargetServer } from '../outgoing/target-server.js';
import { until } from '../test-process.js';

const isClient = (span: ReadableSpan): boolean => span.kind === SpanKind.CLIENT;

describe.each(UNDICI_COPIES)('%s', (_name, undici) => {
  let telemetry: TelemetryProbe;
  let target: TargetServer;
  beforeAll(async () => {
    target = await startTarget();
    telemetry = new TelemetryProbe({ outgoing: {} });
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    await telemetry.otel.shutdown();
    await target.close();
  });

  const clientSpan = (): Promise<ReadableSpan> => telemetry.span(isClient);

  verifies(['D10', 'R12'], 'puts requests that wait for a connection beneath their own spans', async () => {
    const pool = new undici.Pool(target.origin, { connections: 1 });
    const own = await Promise.all(
      Array.from({ length: 50 }, (_, id) =>
        withSpan(`work ${id}`, async (span) => {
          const { body } = await pool.request({ path: `/echo?id=${id}`, method: 'GET' });
          const { headers } = (await body.json()) as { headers: Record<string, string> };
          return { id, spanId: span.spanContext().spanId, sent: headers['traceparent'] };
        }),
      ),
    );
    const spans = await telemetry.waitFor((all) => all.filter(isClient).length === 50);
    for (const { id, spanId, sent } of own) {
      const span = spans.find(({ parentSpanContext }) => parentSpanContext?.spanId === spanId);
      expect(span?.attributes['url.full']).toBe(`${target.origin}/echo?id=${id}`);
      expect(sent).toContain(span?.spanContext().spanId);
    }
    await pool.close();
  });

  verifies('D10', 'ends a request whose upgrade succeeds, and leaves the socket to the application', async () => {
    const client = new undici.Client(target.origin);
    const { socket } = await client.upgrade({ path: '/chat', protocol: 'echo' });
    const span = await clientSpan();
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 101, 'url.full': `${target.origin}/chat` });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect([socket.listenerCount('readable'), socket.isPaused()]).toEqual([0, false]);
    socket.destroy();
    await client.destroy();
  });

  verifies('D10', 'ends a request for a tunnel', async () => {
    const client = new undici.Client(target.origin);
    const { socket } = await client.connect({ path: 'a.example:443' });
    const span = await clientSpan();
    expect([span.name, span.attributes['url.full'], span.status.code]).toEqual([
      'CONNECT',
      'http://a.example:443/',
      SpanStatusCode.UNSET,
    ]);
    socket.destroy();
    await client.destroy();
  });

  verifies('D10', 'hands an upgraded socket over as it was, with all that comes on it', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n');
        socket.pipe(socket);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new undici.Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const { socket } = await client.upgrade({ path: '/', protocol: 'echo' });
    socket.on('error', () => {});
    for (const text of ['first', 'second']) {
      const echoed = once(socket, 'data');
      socket.write(text);
      expect(String((await echoed)[0])).toBe(text);
    }
    socket.destroy();
    await client.destroy();
    server.close();
  });

  verifies('D10', 'ends the request that opens a WebSocket, whose messages go on', async () => {
    const server = createHttpServer().listen(0, '127.0.0.1');
    const sockets: Duplex[] = [];
    server.on('upgrade', (request, socket) => {
      sockets.push(socket);
      const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash('sha1').update(key).digest('base64');
      socket.write(`HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
      // A text of two letters, in the same piece as the head.
      socket.write(Buffer.from([0x81, 2, 0x68, 0x69]));
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const webSocket = new undici.WebSocket(`ws://127.0.0.1:${port}/chat`);
    const message = await new Promise((resolve) => webSocket.addEventListener('message', ({ data }) => resolve(data)));
    expect(message).toBe('hi');
    expect((await clientSpan()).attributes).toMatchObject({
      'http.response.status_code': 101,
      'url.full': `http://127.0.0.1:${port}/chat`,
    });
    const closed = new Promise((resolve) => webSocket.addEventListener('close', resolve));
    sockets.forEach((socket) => socket.destroy());
    await closed;
    server.close();
  });

  verifies('D10', 'ends requests of a client that is destroyed', async () => {
    const client = new undici.Client(target.origin);
    const before = target.requests.length;
    const sent = [1, 2, 3].map(() => client.request({ path: '/silent', method: 'GET' }).catch((error: unknown) => error));
    await until(() => target.requests.length > before);
    await client.destroy();
    await Promise.all(sent);
    const spans = await telemetry.waitFor((all) => all.length === 3);
    expect(spans.map(({ attributes }) => attributes['error.type'])).toEqual(Array.from({ length: 3 }, () => 'UND_ERR_DESTROYED'));
  });

  verifies('D10', 'ends a request whose body nobody wants', async () => {
    const { body } = await undici.request(`${target.origin}/large`);
    body.on('error', () => {});
    body.destroy();
    expect((await clientSpan()).attributes['http.response.status_code']).toBe(200);
    await telemetry.clear();
    const response = await undici.fetch(`${target.origin}/large`);
    await response.body?.cancel();
    expect((await clientSpan()).attributes['http.response.status_code']).toBe(200);
    await telemetry.clear();
    await undici.fetch(`${target.origin}/ok`);
    expect((await clientSpan()).status.code).toBe(SpanStatusCode.UNSET);
  });

  verifies('D10', 'ends requests that time out', async () => {
    await expect(undici.request(`${target.origin}/silent`, { headersTimeout: 1 })).rejects.toMatchObject({
      code: 'UND_ERR_HEADERS_TIMEOUT',
    });
    expect((await clientSpan()).attributes['error.type']).toBe('UND_ERR_HEADERS_TIMEOUT');
  });

  verifies(['D10', 'X6'], 'shows nothing of what the application broke a request off with', async () => {
    for (const reason of ['https://me:s3cret@x', Object.assign(new Error('s3cret'), { code: 's3cret code' }), null, 7]) {
      await telemetry.clear();
      const controller = new AbortController();
      const before = target.requests.length;
      const sent = undici.request(`${target.origin}/silent`, { signal: controller.signal }).catch((error: unknown) => error);
      await until(() => target.requests.length > before);
      controller.abort(reason);
      await sent;
      const span = await clientSpan();
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(JSON.stringify([span.attributes, span.status, span.events])).not.toContain('s3cret');
    }
  });

  verifies('D10', 'is told once to the target when somebody else adds a trace after this', async () => {
    const other = '00-11111111111111111111111111111111-2222222222222222-01';
    const later = (message: unknown): void => {
      const { request } = message as { request: { addHeader(name: string, value: string): void } };
      request.addHeader('traceparent', other);
      request.addHeader('x-other', 'kept');
    };
    subscribe('undici:request:create', later);
    const { body } = await undici.request(`${target.origin}/echo`);
    const { headers, raw } = (await body.json()) as { headers: Record<string, string>; raw: string[] };
    unsubscribe('undici:request:create', later);
    expect(headers).toMatchObject({ traceparent: other, 'x-other': 'kept' });
    expect(raw.filter((name) => name.toLowerCase() === 'traceparent')).toHaveLength(1);
  });

  verifies('D10', 'has a span over HTTP/2', async () => {
    // Of undici 6, to which HTTP/2 is an experiment.
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const received: Record<string, unknown>[] = [];
    const server = createSecureServer(testKeyPair());
    server.on('stream', (stream, headers) => {
      received.push(headers);
      stream.respond({ ':status': headers[':path'] === '/no' ? 503 : 200 });
      stream.end('ok');
    });
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
    const dispatcher = new undici.Agent({ allowH2: true, connect: { ca: testKeyPair().cert } });
    const { statusCode, body } = await undici.request(`${origin}/a?token=s3cret`, { dispatcher });
    expect([statusCode, await body.text()]).toEqual([200, 'ok']);
    const span = await clientSpan();
    expect(span.attributes).toMatchObject({
      'network.protocol.version': '2',
      'http.response.status_code': 200,
      'url.full': `${origin}/a?token=REDACTED`,
    });
    expect(received[0]?.['traceparent']).toContain(span.spanContext().spanId);
    await telemetry.clear();
    await (await undici.fetch(`${origin}/no`, { dispatcher })).text();
    expect((await clientSpan()).attributes).toMatchObject({ 'error.type': '503', 'network.protocol.version': '2' });
    warnings.mockRestore();
    await dispatcher.destroy();
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });

  verifies(['M5', 'M8'], 'is measured in few series, however many hosts it asks', async () => {
    const dispatcher = new undici.Agent({ connect: (_options, done) => done(Object.assign(new Error('no'), { code: 'ENO' }), null) });
    for (let host = 0; host < 400; host += 1) {
      await undici.request(`http://host-${host}.example/`, { dispatcher }).catch(() => undefined);
    }
    const points = await telemetry.metric('http.client.request.duration');
    expect(points.length).toBeLessThanOrEqual(301);
    expect(points.find(({ attributes }) => attributes['server.address'] === '_OTHER')?.count).toBeGreaterThanOrEqual(99);
    await dispatcher.destroy();
  });
});

verifies(['D10', 'D2'], 'the undo leaves no subscriber', async () => {
  const counts = (): unknown[] =>
    ['undici:request:create', 'undici:client:sendHeaders', 'undici:request:error', 'http.client.request.error'].map(hasSubscribers);
  const before = counts();
  const telemetry = new TelemetryProbe({ outgoing: {} });
  expect(counts()).toEqual([true, true, true, true]);
  await telemetry.otel.shutdown();
  expect(counts()).toEqual(before);
  expect(before).toEqual([false, false, false, false]);
});
