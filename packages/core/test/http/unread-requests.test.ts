import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';
import { SpanStatusCode } from '@opentelemetry/api';
import { hrTimeToNanoseconds } from '@opentelemetry/core';
import { verifies } from '@otelier/testkit';
import { activeSpanId, blockBench, durationMillis, isServerSpan, testKeyPair } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { watchServer, watchServerOf } from '../../src/adapter.js';
import { observing, serveWatched, talk, watcher, type WatchedServer } from './watched-server.js';

const GOOD = 'GET /good HTTP/1.1\r\nHost: a.example\r\n\r\n';
const MALFORMED = 'PUT /bad HTTP/1.1\r\nHost : a.example\r\n\r\n';
const UPLOAD = 'POST /upload HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n';
const DURATION = 'http.server.request.duration';
/** How often Node looks for requests that are too slow. */
const QUICK = { connectionsCheckingInterval: 10, headersTimeout: 40, requestTimeout: 80 };

const block = blockBench();
let watched: WatchedServer | undefined;

afterEach(async () => {
  await watched?.close();
  watched = undefined;
});

async function serve(server: Server): Promise<WatchedServer> {
  watched = await serveWatched(server);
  return watched;
}

async function spans(count = 1): Promise<readonly ReadableSpan[]> {
  const all = (await block.telemetry.waitFor((ended) => ended.filter(isServerSpan).length >= count)).filter(isServerSpan);
  expect(all).toHaveLength(count);
  await block.telemetry.waitForActive(0);
  return all;
}

describe('a request that could not be read', () => {
  verifies('R9', 'is told apart from the good one before it in the same packet', async () => {
    const { port } = await serve(createServer(observing((response) => response.end('good'))));
    const text = await talk(port, GOOD + MALFORMED);
    expect(text).toContain('200 OK');
    const all = await spans(2);
    const [good, bad] = ['/good', '/bad'].map((path) => all.find((span) => span.attributes['url.path'] === path));
    expect(good?.attributes['http.response.status_code']).toBe(200);
    expect(bad?.attributes).toMatchObject({ 'http.request.method': 'PUT', 'url.path': '/bad', 'error.type': 'HPE_INVALID_HEADER_TOKEN' });
  });

  verifies(['R9', 'M1', 'M2'], 'has no more than an address when its headers come too slowly, and lasts as long as they were waited for', async () => {
    const { port } = await serve(createServer(QUICK));
    const text = await talk(port, 'GET /slow HTTP/1.1\r\nHost: a.ex');
    expect(text).toContain('408 Request Timeout');
    const [span] = await spans();
    expect(span?.attributes).toEqual({
      'http.request.method': '_OTHER',
      'url.scheme': 'http',
      'url.path': '',
      'client.address': '127.0.0.1',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': expect.any(Number) as number,
      'http.response.status_code': 408,
      'error.type': 'ERR_HTTP_REQUEST_TIMEOUT',
    });
    expect([span?.name, span?.status.code]).toEqual(['HTTP', SpanStatusCode.UNSET]);
    expect(span && durationMillis(span)).toBeGreaterThan(30);
  });

  verifies(['R9', 'M1'], 'lasts as long as its server waits at least, when others have come over its connection before', async () => {
    const { port } = await serve(createServer({ ...QUICK, keepAliveTimeout: 1000 }, observing((response) => response.end('good'))));
    const client = connect(port, '127.0.0.1');
    client.write(GOOD);
    await once(client, 'data');
    client.write('GET /slow HTTP/1.1\r\nHost: a.ex');
    await once(client.resume(), 'close');
    const slow = (await spans(2)).find((span) => span.name === 'HTTP');
    expect(slow?.attributes['http.response.status_code']).toBe(408);
    expect(slow && durationMillis(slow)).toBeGreaterThan(30);
  });

  verifies('R9', 'is not taken for one that timed out because another one on its connection did', async () => {
    const server = createServer(
      observing((response) => void (response.req.url === '/good' ? response.end('good') : response.socket?.destroy())),
    );
    const { port } = await serve(server);
    server.on('timeout', (socket) => void socket.write('HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n'));
    const client = connect(port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    server.emit('timeout', socket);
    await once(client, 'data');
    client.write(GOOD.replace('/good', '/bad'));
    await once(client.resume(), 'close');
    const [span] = await spans();
    expect(span?.attributes['error.type']).toBe('server_disconnected');
  });

  verifies('R9', 'belongs to the request that is handled when its body comes too slowly', async () => {
    const { port } = await serve(createServer(QUICK, observing((response) => response.req.resume())));
    expect(await talk(port, `${UPLOAD}3\r\nabc\r\n`)).toContain('408 Request Timeout');
    const [span] = await spans();
    expect(span?.attributes).toMatchObject({
      'url.path': '/upload',
      'http.response.status_code': 408,
      'error.type': 'ERR_HTTP_REQUEST_TIMEOUT',
    });
    expect([span?.status.code, span?.events]).toEqual([SpanStatusCode.UNSET, []]);
  });

  it.each([
    ['a chunk extension that is too long', `${UPLOAD}1;${'x'.repeat(17_000)}\r\n`, 413, 'HPE_CHUNK_EXTENSIONS_OVERFLOW'],
    ['a chunk that is malformed', `${UPLOAD}ZZ\r\n`, 400, 'HPE_INVALID_CHUNK_SIZE'],
  ])('ends the request that is handled, for %s', async (_what, bytes, status, code) => {
    const { port } = await serve(createServer(observing((response) => response.req.resume())));
    expect(await talk(port, bytes)).toContain(`HTTP/1.1 ${status}`);
    const [span] = await spans();
    expect(span?.attributes).toMatchObject({ 'http.response.status_code': status, 'error.type': code });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  });

  verifies('R9', 'keeps the status that was sent when its body breaks in the middle of the answer', async () => {
    const { port } = await serve(createServer(observing((response) => response.writeHead(207).write('begun'))));
    const client = connect(port, '127.0.0.1');
    client.write(UPLOAD);
    await once(client, 'data');
    client.write('ZZ\r\n');
    await once(client.resume(), 'close');
    const [span] = await spans();
    expect(span?.attributes).toMatchObject({ 'http.response.status_code': 207, 'error.type': 'HPE_INVALID_CHUNK_SIZE' });
  });

  it.each([
    ['writes', (socket: { end(text: string): unknown }) => void socket.end('HTTP/1.1 499 No\r\n\r\n'), 499],
    ['leaves out', (socket: { destroy(): unknown }) => void socket.destroy(), undefined],
  ] as const)('has the status that a listener of the application %s', async (_what, listener, status) => {
    const { port, server } = await serve(createServer());
    server.on('clientError', (_error, socket) => listener(socket as never));
    await talk(port, MALFORMED);
    const [span] = await spans();
    expect(span?.attributes['http.response.status_code']).toBe(status);
    expect(span?.attributes['error.type']).toBe('HPE_INVALID_HEADER_TOKEN');
  });

  verifies('R9', 'is none where a connection carries no byte of a request, or is reset between two', async () => {
    const { port, server } = await serve(createServer(QUICK, observing((response) => response.end('good'))));
    const silent = connect(port, '127.0.0.1');
    await once(silent.resume(), 'close');
    const kept = connect(port, '127.0.0.1');
    kept.write(GOOD);
    await once(kept, 'data');
    const failed = once(server, 'clientError', { signal: AbortSignal.timeout(5000) });
    server.once('clientError', () => {});
    kept.resetAndDestroy();
    await failed;
    expect((await spans(1))[0]?.attributes['url.path']).toBe('/good');
  });
});

describe('a request that breaks behind others of its connection', () => {
  const isAnswered = async (client: Socket): Promise<unknown> => once(client, 'data');
  const open = async (handle: (response: ServerResponse) => void, options?: ServerOptions): Promise<Socket> => {
    const { port } = await serve(createServer(options ?? {}, observing(handle)));
    return connect(port, '127.0.0.1');
  };
  /** What the spans tell, by their paths. */
  const told = (all: readonly ReadableSpan[]): unknown =>
    Object.fromEntries(all.map(({ attributes }) => [attributes['url.path'], [attributes['http.response.status_code'], attributes['error.type']]]));

  verifies(['R1', 'R9'], 'has the one span of its handler when an earlier request is answered meanwhile', async () => {
    const client = await open((response) => response.req.url === '/good' && response.end('good'));
    client.write(GOOD + UPLOAD);
    await isAnswered(client);
    client.write('ZZ\r\n');
    await once(client.resume(), 'close');
    expect(told(await spans(2))).toEqual({ '/good': [200, undefined], '/upload': [400, 'HPE_INVALID_CHUNK_SIZE'] });
  });

  verifies(['R1', 'R9'], 'has the span of its answer when its body breaks after that', async () => {
    const client = await open((response) => response.end('enough'));
    client.write(UPLOAD);
    await isAnswered(client);
    client.write('ZZ\r\n');
    await once(client.resume(), 'close');
    expect(told(await spans())).toEqual({ '/upload': [200, undefined] });
  });

  verifies(['R1', 'R9'], 'has the one span of its handler when the rest of an earlier body came with it', async () => {
    const client = await open((response) => response.req.url === '/upload' && response.end('enough'));
    client.write(UPLOAD);
    await isAnswered(client);
    client.write(`3\r\nabc\r\n0\r\n\r\n${UPLOAD.replace('/upload', '/second')}`);
    await block.telemetry.waitForActive(1);
    client.write('ZZ\r\n');
    await once(client.resume(), 'close');
    expect(told(await spans(2))).toEqual({ '/upload': [200, undefined], '/second': [400, 'HPE_INVALID_CHUNK_SIZE'] });
  });

  verifies(['R3', 'R9'], 'has no status in the middle of the answer to an earlier request, where Node sends none', async () => {
    const client = await open((response) => response.writeHead(207).write('begun'));
    let text = '';
    client.on('data', (data: Buffer) => (text += data.toString()));
    client.write(GOOD + MALFORMED);
    await once(client, 'close');
    expect(text).not.toContain('400');
    expect(told(await spans(2))).toMatchObject({ '/bad': [undefined, 'HPE_INVALID_HEADER_TOKEN'] });
  });

  /** When the good request and the other one begin. */
  const beginnings = async (): Promise<number[]> => {
    const all = await spans(2);
    const [good, bad] = [true, false].map((isGood) => all.find((span) => (span.attributes['url.path'] === '/good') === isGood));
    return [good, bad].map((span) => hrTimeToNanoseconds(span?.startTime ?? [0, 0]));
  };
  const answerLater = (response: ServerResponse): void => void setTimeout(() => response.end('good'), 5);

  verifies('R9', 'does not begin with its connection when it is malformed', async () => {
    const client = await open(answerLater);
    await once(client, 'connect');
    await talk(watched?.port ?? 0, GOOD, (text) => text.includes('good'));
    client.write(MALFORMED);
    await once(client.resume(), 'close');
    const [good = 0, bad] = await beginnings();
    expect(bad).toBeGreaterThan(good);
  });

  verifies('R9', 'does not begin with its connection when it is too slow behind another', async () => {
    const client = await open(answerLater, QUICK);
    client.write(GOOD);
    await isAnswered(client);
    client.write('GET /slow HTTP/1.1\r\nHo');
    await once(client.resume(), 'close');
    const [good = 0, bad] = await beginnings();
    expect(bad).toBeGreaterThan(good);
  });
});

describe('a request that Node answers by itself', () => {
  verifies(['R1', 'R9'], 'has one span above the limit of its connection when it expects what nobody knows', async () => {
    const server = createServer(observing((response) => response.end('good')));
    server.maxRequestsPerSocket = 1;
    const { port } = await serve(server);
    await talk(port, GOOD + UPLOAD.replace('\r\n\r\n', '\r\nExpect: the-unexpected\r\n\r\n'), (text) => text.includes('503 Service Unavailable'));
    const codes = (await spans(2)).map((span) => span.attributes['http.response.status_code']);
    expect(new Set(codes)).toEqual(new Set([200, 503]));
  });

  verifies('R9', 'has its span above the limit of its connection', async () => {
    const server = createServer(observing((response) => response.end('good')));
    server.maxRequestsPerSocket = 1;
    const { port } = await serve(server);
    await talk(port, GOOD + GOOD, (text) => text.includes('503 Service Unavailable'));
    const codes = (await spans(2)).map((span) => span.attributes['http.response.status_code']);
    expect(new Set(codes)).toEqual(new Set([200, 503]));
  });
});

describe('a request with an expectation', () => {
  const expecting = UPLOAD.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n0\r\n\r\n');

  verifies(['R9', 'R12'], 'is observed when the application answers it without its framework', async () => {
    let seen = '';
    const { port, server } = await serve(createServer());
    server.on('checkContinue', (_request, response: ServerResponse) => {
      seen = activeSpanId();
      response.writeHead(413, { connection: 'close' }).end();
    });
    await talk(port, expecting);
    const [span] = await spans();
    expect(span?.attributes).toMatchObject({ 'url.path': '/upload', 'http.response.status_code': 413 });
    expect(span?.spanContext().spanId).toBe(seen);
  });

  verifies(['R9', 'R14'], 'is observed once when the application hands it on to its framework', async () => {
    const { port, server } = await serve(createServer(observing((response) => response.end('good'))));
    server.on('checkContinue', (request, response: ServerResponse) => {
      response.writeContinue();
      server.emit('request', request, response);
    });
    expect(await talk(port, expecting)).toContain('200 OK');
    const [span] = await spans();
    expect(span?.attributes['http.response.status_code']).toBe(200);
    expect((await block.telemetry.metric(DURATION)).map(({ count }) => count)).toEqual([]);
  });
});

describe('a server that is watched', () => {
  verifies(['R9', 'R27'], 'answers as it would without, and is as it was when it is watched no more', async () => {
    const plain = createServer((_request, response) => response.end('good'));
    await once(plain.listen(0, '127.0.0.1'), 'listening');
    const { server, port, unwatch } = await serve(createServer((_request, response) => response.end('good')));
    const address = plain.address() as { readonly port: number };
    plain.unref();
    for (const bytes of [MALFORMED, '\u0000\u0001', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`, `${UPLOAD}ZZ\r\n`, 'GET / HTTP/1.1\r\n\r\n']) {
      const withoutDate = (text: string): string => text.replace(/Date: .*/, '');
      expect(withoutDate(await talk(port, bytes))).toBe(withoutDate(await talk(address.port, bytes)));
    }
    expect([server.listenerCount('clientError'), server.listenerCount('upgrade')]).toEqual([0, 0]);
    plain.close();
    unwatch();
    expect(Object.hasOwn(server, 'emit')).toBe(false);
    await block.telemetry.clear();
    await talk(port, MALFORMED);
    expect(block.telemetry.spans()).toEqual([]);
  });

  verifies('R27', 'leaves no subscription when it is closed', async () => {
    const requests = channel('http.server.request.start');
    const first = await serve(createServer());
    const second = await serveWatched();
    expect(requests.hasSubscribers).toBe(true);
    await first.close();
    expect(requests.hasSubscribers).toBe(true);
    await second.close();
    expect(requests.hasSubscribers).toBe(false);
    watched = undefined;
  });

  verifies('R9', 'stays inert beneath a wrapper of somebody else after its undo', async () => {
    const { server, port, unwatch } = await serve(createServer());
    const beneath = server.emit.bind(server);
    server.emit = ((...event: Parameters<Server['emit']>) => beneath(...event)) as Server['emit'];
    unwatch();
    expect(await talk(port, MALFORMED)).toContain('400 Bad Request');
    await wait(0);
    expect(block.telemetry.spans()).toEqual([]);
  });

  verifies(['R9', 'R18'], 'asks none of the functions of the application about a request that nobody could read', async () => {
    const asked: string[] = [];
    const ask =
      (name: string, answer: unknown = false) =>
      (): never => {
        asked.push(name);
        return answer as never;
      };
    const options = {
      ignore: [ask('ignore', true)],
      publicEndpoint: ask('publicEndpoint'),
      onRequest: ask('onRequest'),
      onResponse: ask('onResponse'),
      spanName: ask('spanName'),
      metricAttributes: ask('metricAttributes'),
    };
    watched = await serveWatched(createServer(), watcher(options));
    await talk(watched.port, MALFORMED);
    expect([(await spans())[0]?.name, asked]).toEqual(['PUT', []]);
  });

  verifies('R9', 'is the one of the adapter that came first', async () => {
    const { server, port } = await serve(createServer());
    expect(watchServer(server, { ...watcher(), scope: { name: 'late', version: '1' } })).toBeUndefined();
    await talk(port, MALFORMED);
    expect((await spans())[0]?.instrumentationScope.name).toBe('test');
  });

  verifies(['R1', 'R9'], 'knows the request that it was found with', async () => {
    const server = createServer((request, response) => {
      watchServerOf({ request, response }, watcher);
      observing(() => {})(request, response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    await talk((server.address() as AddressInfo).port, `${UPLOAD}ZZ\r\n`);
    const [span] = await spans();
    expect(span?.attributes).toMatchObject({ 'url.path': '/upload', 'error.type': 'HPE_INVALID_CHUNK_SIZE' });
    await once(server.close(), 'close');
  });

  verifies(['R9', 'R25'], 'lasts as long over TLS as its headers were waited for', async () => {
    const server = createSecureServer({ ...testKeyPair(), ...QUICK });
    watched = await serveWatched(server);
    const client = connectSecurely({ port: watched.port, host: '127.0.0.1', rejectUnauthorized: false });
    client.write('GET /slow HTTP/1.1\r\nHo');
    await once(client.resume(), 'close');
    const [span] = await spans();
    expect(span?.attributes).toMatchObject({ 'url.scheme': 'https', 'error.type': 'ERR_HTTP_REQUEST_TIMEOUT' });
    expect(span && durationMillis(span)).toBeGreaterThan(30);
  });

  verifies('X6', 'ends the span of a malformed request whose listener throws', async () => {
    const { server } = await serve(createServer());
    server.on('clientError', () => {
      throw new Error('listener');
    });
    expect(() => server.emit('clientError', Object.assign(new Error('bad'), { code: 'HPE_INVALID_METHOD' }), fakeSocket())).toThrow('listener');
    const [span] = await spans();
    expect(span?.attributes['error.type']).toBe('HPE_INVALID_METHOD');
  });
});

function fakeSocket(): object {
  return { bytesRead: 1, writable: true, write: () => true, end: () => {}, remoteAddress: '127.0.0.1', remotePort: 1 };
}
