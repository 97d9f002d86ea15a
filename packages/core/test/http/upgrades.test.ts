import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { activeSpanId, blockBench, isServerSpan } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { RequestOptions } from '../../src/adapter.js';
import { serveWatched, talk, watcher, type UpgradeHandler, type WatchedServer } from './watched-server.js';

const HANDSHAKE = 'GET /chat?token=hunter2 HTTP/1.1\r\nHost: chat.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\n\r\n';
const DURATION = 'http.server.request.duration';

const block = blockBench();
let watched: WatchedServer | undefined;

afterEach(async () => {
  await watched?.close();
  watched = undefined;
});

async function serve(handler: UpgradeHandler, options?: RequestOptions, event = 'upgrade'): Promise<WatchedServer> {
  watched = await serveWatched(undefined, watcher(options));
  watched.server.on(event, handler);
  return watched;
}

async function oneSpan(): Promise<ReadableSpan> {
  const spans = (await block.telemetry.waitFor((all) => all.some(isServerSpan))).filter(isServerSpan);
  expect(spans).toHaveLength(1);
  return spans[0] as ReadableSpan;
}

describe('a request that takes its connection over', () => {
  verifies(['R9', 'M1', 'M2'], 'ends its span when it is answered, while the connection stays open', async () => {
    let opened: Socket | undefined;
    const { port } = await serve((_request, socket) => {
      opened = socket;
      socket.write(SWITCHING);
    });
    const client = connect(port, '127.0.0.1');
    client.write(HANDSHAKE);
    await once(client, 'data');
    const span = await oneSpan();
    expect(opened?.destroyed).toBe(false);
    expect([span.name, span.status.code]).toEqual(['GET', SpanStatusCode.UNSET]);
    expect(span.attributes).toMatchObject({
      'url.path': '/chat',
      'url.query': 'token=REDACTED',
      'server.address': 'chat.example',
      'client.address': '127.0.0.1',
      'http.response.status_code': 101,
    });
    const [point] = await block.telemetry.metric(DURATION);
    expect(point).toMatchObject({ count: 1, attributes: { 'http.response.status_code': 101 } });
    await block.telemetry.waitForActive(0);
    client.destroy();
  });

  it.each([
    ['a text', 'write', SWITCHING.replace('101', '401'), undefined, 401],
    ['bytes', 'write', Buffer.from(SWITCHING.replace('101', '400')), undefined, 400],
    ['hexadecimal digits', 'write', Buffer.from(SWITCHING.replace('101', '426')).toString('hex'), 'hex', 426],
    ['the last bytes', 'end', Buffer.from(SWITCHING.replace('101', '503')), undefined, 503],
  ] as const)('tells the status that is written as %s', async (_what, method, chunk, encoding, status) => {
    const { port } = await serve((_request, socket) => {
      socket[method](chunk as string, encoding ?? 'utf8');
      socket.end();
    });
    const text = await talk(port, HANDSHAKE);
    expect(text).toContain(` ${status} Switching`);
    const span = await oneSpan();
    expect(span.attributes['http.response.status_code']).toBe(status);
    expect(span.status.code).toBe(status >= 500 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
  });

  verifies('R9', 'passes over an interim answer, and over chunks that are no head', async () => {
    const { port } = await serve((_request, socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\n\r\n');
      socket.write('');
      socket.write('HTTP/1.1 403 Forbidden\r\n\r\n', () => socket.end());
    });
    expect(await talk(port, HANDSHAKE)).toBe('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n');
    expect((await oneSpan()).attributes['http.response.status_code']).toBe(403);
  });

  verifies(['R9', 'R22'], 'tells the status of an answer that is written in pieces, and tells the caller its trace there', async () => {
    const { port } = await serve(
      (_request, socket) => {
        for (const piece of ['HTTP/1.1 103 Early Hi', 'nts\r\n\r\nHTTP/1.1 ', Buffer.from('101 Switching\r'), '\nA: b\r\n\r', '\nframe']) {
          socket.write(piece);
        }
        socket.end();
      },
      { responsePropagation: true },
    );
    const text = await talk(port, HANDSHAKE);
    const span = await oneSpan();
    expect(span.attributes['http.response.status_code']).toBe(101);
    expect(text).toMatch(/^HTTP\/1.1 103 Early Hints\r\n\r\nHTTP\/1.1 101 Switching\r\ntraceresponse: .*\r\nA: b\r\n\r\nframe$/s);
    expect(text).toContain(`traceresponse: 00-${span.spanContext().traceId}-`);
  });

  verifies(['R3', 'R9', 'M1'], 'has no status when its answer is none of HTTP/1', async () => {
    const { port } = await serve((_request, socket) => {
      socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
      socket.end();
    });
    await talk(port, HANDSHAKE);
    const { attributes, status } = await oneSpan();
    const [point] = await block.telemetry.metric(DURATION);
    for (const recorded of [attributes, point?.attributes]) {
      expect(Object.keys(recorded ?? {})).toContain('http.request.method');
      expect(recorded).not.toHaveProperty(['http.response.status_code']);
      expect(recorded).not.toHaveProperty(['error.type']);
    }
    expect(status.code).toBe(SpanStatusCode.UNSET);
  });

  verifies('R8', 'is broken off by a client that leaves before the answer', async () => {
    const { port } = await serve((_request, socket) => void socket.resume());
    const client = connect(port, '127.0.0.1');
    client.write(HANDSHAKE);
    await block.telemetry.waitForActive(1);
    client.destroy();
    const span = await oneSpan();
    expect(span.attributes['error.type']).toBe('client_disconnected');
    expect([span.status.code, span.attributes['http.response.status_code']]).toEqual([SpanStatusCode.UNSET, undefined]);
    await block.telemetry.waitForActive(0);
  });

  verifies('R9', 'is broken off by a server that destroys the socket', async () => {
    const { port } = await serve((_request, socket) => void setTimeout(() => socket.destroy(), 5));
    await talk(port, HANDSHAKE);
    const span = await oneSpan();
    expect([span.status.code, span.attributes['error.type']]).toEqual([SpanStatusCode.ERROR, 'server_disconnected']);
  });

  verifies('R9', 'is broken off by a server that ends the connection without an answer', async () => {
    const { port } = await serve((_request, socket) => void socket.end());
    await talk(port, HANDSHAKE);
    const span = await oneSpan();
    expect([span.status.code, span.attributes['error.type']]).toEqual([SpanStatusCode.ERROR, 'server_disconnected']);
  });

  verifies(['R9', 'R12'], "runs its handlers and those of the socket in the request's context, beneath the caller", async () => {
    const seen: string[] = [];
    let closed: Promise<unknown> = Promise.resolve();
    const { port } = await serve((_request, socket) => {
      seen.push(activeSpanId());
      closed = once(socket, 'close');
      socket.write(SWITCHING);
      socket.on('data', () => {
        seen.push(activeSpanId());
        socket.end();
      });
      socket.on('close', () => seen.push(activeSpanId()));
    });
    const client = connect(port, '127.0.0.1');
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    client.write(HANDSHAKE.replace('\r\n\r\n', `\r\nTraceparent: ${traceparent}\r\n\r\n`));
    await once(client, 'data');
    client.write('frame');
    await once(client.resume(), 'close');
    await closed;
    const span = await oneSpan();
    expect(span.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(seen).toEqual(Array(3).fill(span.spanContext().spanId));
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it.each<[string, (head: string) => string | Uint8Array, BufferEncoding]>([
    ['a text', (head) => head, 'utf8'],
    ['bytes', (head) => Buffer.from(head), 'utf8'],
    ['bytes of no Buffer', (head) => new Uint8Array(Buffer.from(head)), 'utf8'],
    ['hexadecimal digits', (head) => Buffer.from(head).toString('hex'), 'hex'],
  ])('tells the caller its trace in the 101 that is written as %s', async (_what, encode, encoding) => {
    const { port } = await serve((_request, socket) => void socket.write(encode(SWITCHING), encoding), { responsePropagation: true });
    const text = await talk(port, HANDSHAKE, (received) => received.includes('\r\n\r\n'));
    const { traceId, spanId } = (await oneSpan()).spanContext();
    const told = `00-${traceId}-${spanId}-01`;
    const [first, ...lines] = text.split('\r\n');
    expect(first).toBe('HTTP/1.1 101 Switching Protocols');
    expect(lines).toEqual([
      `traceresponse: ${told}`,
      `server-timing: traceparent;desc="${told}"`,
      'access-control-expose-headers: traceresponse, Server-Timing',
      'Upgrade: websocket',
      'Connection: Upgrade',
      '',
      '',
    ]);
  });

  verifies('R22', 'adds nothing to an answer that is no 101', async () => {
    const { port } = await serve((_request, socket) => void socket.end(FORBIDDEN), { responsePropagation: true });
    expect(await talk(port, HANDSHAKE)).toBe(FORBIDDEN);
  });

  verifies('R22', 'adds nothing to what follows the 101, beneath a write that the application has replaced', async () => {
    const { port } = await serve(
      (_request, socket) => {
        const before = socket.write.bind(socket) as (text: string) => boolean;
        socket.write = ((text: string) => before(text)) as Socket['write'];
        socket.write(SWITCHING);
        socket.write(SWITCHING);
        socket.end();
      },
      { responsePropagation: true },
    );
    const text = await talk(port, HANDSHAKE);
    expect(text.split('traceresponse: ')).toHaveLength(2);
    expect(text.endsWith(SWITCHING)).toBe(true);
  });

  const ENDS: readonly (readonly [how: string, end: (socket: Socket, client: Socket) => unknown])[] = [
    ['is answered', (socket) => socket.write(SWITCHING)],
    ['is given up by its client', (socket, client) => (client.end(), once(socket.resume(), 'end'))],
  ];
  for (const [how, end] of ENDS) {
    verifies(['R27', 'X7'], `leaves nothing on a connection whose request ${how}`, async () => {
      const states: unknown[] = [];
      for (const isWatched of [false, true]) {
        watched = await serveWatched();
        if (!isWatched) {
          watched.unwatch();
        }
        const upgraded = once(watched.server, 'upgrade') as Promise<[unknown, Socket]>;
        const client = connect(watched.port, '127.0.0.1');
        client.write(HANDSHAKE);
        const [, socket] = await upgraded;
        await end(socket, client);
        const methods = ['write', 'end'].filter((name) => Object.hasOwn(socket, name));
        states.push([methods, socket.listenerCount('end'), socket.listenerCount('close')]);
        client.destroy();
        await watched.close();
      }
      expect(states[1]).toEqual(states[0]);
      await oneSpan();
      watched = undefined;
    });
  }

  verifies(['R9', 'R14'], 'is observed once when it is handed on to another server', async () => {
    const second = await serveWatched();
    second.server.on('upgrade', (_request, socket) => socket.end(FORBIDDEN));
    const { port } = await serve((request, socket, head) => void second.server.emit('upgrade', request, socket, head));
    await talk(port, HANDSHAKE);
    await oneSpan();
    expect((await block.telemetry.metric(DURATION)).map(({ count }) => count)).toEqual([1]);
    await second.close();
  });

  verifies('R8', 'is broken off by a client that resets its connection', async () => {
    const { port } = await serve((_request, socket) => void socket.on('error', () => {}).resume());
    const client = connect(port, '127.0.0.1');
    client.write(HANDSHAKE);
    await block.telemetry.waitForActive(1);
    client.resetAndDestroy();
    const span = await oneSpan();
    expect([span.attributes['error.type'], span.status.code, span.events]).toEqual(['client_disconnected', SpanStatusCode.UNSET, []]);
  });

  verifies(['R6', 'R9'], 'tells the error with which the server destroys the socket', async () => {
    const { port } = await serve((_request, socket) => void socket.on('error', () => {}).destroy(new RangeError('cut')));
    await talk(port, HANDSHAKE);
    const span = await oneSpan();
    expect([span.attributes['error.type'], span.status.code]).toEqual(['RangeError', SpanStatusCode.ERROR]);
  });

  verifies(['R9', 'R3'], 'observes CONNECT, which has no path', async () => {
    const { port } = await serve((_request, socket) => void socket.end('HTTP/1.1 200 Connected\r\n\r\n'), {}, 'connect');
    await talk(port, 'CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\n');
    const span = await oneSpan();
    expect(span.name).toBe('CONNECT');
    expect(span.attributes).toMatchObject({ 'url.path': '', 'server.address': 'db.example', 'server.port': 5432, 'http.response.status_code': 200 });
  });

  verifies('R16', 'leaves no span when it is ignored', async () => {
    const { port } = await serve((_request, socket) => void socket.end(SWITCHING), { ignore: ['/chat'] });
    await talk(port, HANDSHAKE);
    expect((await block.telemetry.metric(DURATION)).map(({ count }) => count)).toEqual([1]);
    expect(block.telemetry.spans()).toEqual([]);
  });
});
