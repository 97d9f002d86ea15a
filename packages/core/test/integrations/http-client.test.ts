import { once } from 'node:events';
import { Agent, ClientRequest, get, request, type IncomingMessage } from 'node:http';
import * as https from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { withSpan } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe, testKeyPair } from '@otelier/testkit/conformance';
import { replaceOwnMethod } from '../../src/own-method.js';
import { readText, sendByNode } from '../outgoing/clients.js';
import { startTarget, type TargetServer } from '../outgoing/target-server.js';

const isClient = (span: ReadableSpan): boolean => span.kind === SpanKind.CLIENT;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const tellsOfCreation = major > 23 || (major === 23 && minor >= 11) || (major === 22 && minor >= 15);

describe('requests of node:http', () => {
  let telemetry: TelemetryProbe;
  let target: TargetServer;
  beforeAll(async () => {
    target = await startTarget({ keepAliveTimeout: 300 });
    telemetry = new TelemetryProbe({ outgoing: {} });
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    await telemetry.otel.shutdown();
    await target.close();
  });

  const clientSpan = (): Promise<ReadableSpan> => telemetry.span(isClient);
  const answerTo = async (sent: ClientRequest): Promise<IncomingMessage> =>
    ((await once(sent, 'response')) as [IncomingMessage])[0];
  const echoed = async (sent: ClientRequest): Promise<{ headers: Record<string, string>; raw: string[] }> =>
    JSON.parse(await readText(await answerTo(sent))) as { headers: Record<string, string>; raw: string[] };
  const closed = (sent: ClientRequest): Promise<void> => new Promise((resolve) => void sent.on('close', resolve));
  const spanIdIn = (headers: Record<string, string>): string | undefined => headers['traceparent']?.split('-')[2];

  const options = (path: string): object => ({ host: '127.0.0.1', port: target.port, path });
  const ways: Record<string, () => ClientRequest> = {
    'end()': () => request(options('/echo')).end(),
    'get()': () => get(options('/echo')),
    'write()': () => {
      const sent = request({ ...options('/echo'), method: 'POST' });
      sent.write('a');
      return sent.end('b');
    },
    'flushHeaders()': () => {
      const sent = request({ ...options('/echo'), method: 'PUT' });
      sent.flushHeaders();
      return sent.end('b');
    },
    'no agent': () => request({ ...options('/echo'), agent: false }).end(),
    'createConnection()': () =>
      request({ ...options('/echo'), createConnection: () => connect(target.port, '127.0.0.1') }).end(),
    'no header of their own': () => request({ ...options('/echo'), setHost: false }).end(),
  };

  for (const [name, send] of Object.entries(ways)) {
    verifies('D10', `are told to the target when they are sent with ${name}`, async () => {
      const { headers } = await withSpan('work', () => echoed(send()));
      const span = await clientSpan();
      expect(spanIdIn(headers)).toBe(span.spanContext().spanId);
      expect(telemetry.spans()).toHaveLength(2);
    });
  }

  for (const [name, given] of Object.entries({
    'Expect: 100-continue': { expect: '100-continue' },
    'headers in a flat list': ['x-own', 'kept', 'x-own', 'twice'],
    'headers in pairs': [['x-own', 'kept'], ['x-own', 'twice']],
  })) {
    verifies('D10', `have a span with ${name}, and tell the target where Node leaves a way`, async () => {
      const isList = Array.isArray(given);
      const host = `127.0.0.1:${target.port}`;
      const listed = isList && Array.isArray(given[0]) ? [['host', host], ...given] : isList ? ['host', host, ...given] : given;
      const sent = request({ ...options('/echo'), method: 'POST', headers: listed as never });
      const { headers, raw } = await echoed(sent.end('body'));
      const span = await clientSpan();
      expect(span.attributes).toMatchObject({ 'server.address': '127.0.0.1', 'server.port': target.port });
      expect(spanIdIn(headers)).toBe(tellsOfCreation ? undefined : span.spanContext().spanId);
      if (isList) {
        expect(headers['x-own']).toBe('kept, twice');
        expect(raw.filter((text) => text === 'x-own')).toHaveLength(2);
      }
    });
  }

  verifies(['D10', 'X6'], 'are refused by Node as they were, with a list of headers that is none', async () => {
    const send = (headers: unknown) => () => request({ ...options('/echo'), headers: headers as never });
    expect(send(['x-own', 'a', 'odd'])).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }));
    expect(send([['x-own', 'a'], null])).toThrow(/./);
    expect(send({ 'x-own': 'a\r\nb: c' })).toThrow(expect.objectContaining({ code: 'ERR_INVALID_CHAR' }));
    const trailers = request({ ...options('/echo'), method: 'POST', headers: { trailer: 'x', 'content-length': '1' } });
    trailers.on('error', () => {});
    expect(() => trailers.end('a')).toThrow(expect.objectContaining({ code: 'ERR_HTTP_TRAILER_INVALID' }));
    trailers.destroy();
    await closed(trailers);
    expect(telemetry.spans().every((span) => span.status.code === SpanStatusCode.ERROR)).toBe(true);
    const { started, ended } = telemetry.otel.status().spans;
    expect(started).toBe(ended);
  });

  verifies(['D10', 'R12'], 'wait for a connection beneath their own span', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, id) =>
        withSpan(`work ${id}`, async (span) => {
          const { text } = await sendByNode(`${target.origin}/echo?id=${id}`, { agent } as object);
          const { headers } = JSON.parse(text) as { headers: Record<string, string> };
          return { own: span.spanContext(), active: trace.getActiveSpan()?.spanContext().spanId, headers };
        }),
      ),
    );
    const spans = await telemetry.waitFor((all) => all.filter(isClient).length === 20);
    for (const { own, active, headers } of sent) {
      const span = spans.find(({ parentSpanContext }) => parentSpanContext?.spanId === own.spanId);
      expect(active).toBe(own.spanId);
      expect(spanIdIn(headers)).toBe(span?.spanContext().spanId);
    }
    agent.destroy();
  });

  verifies('D10', 'end when nobody listens to the response', async () => {
    request(options('/ok')).end();
    expect((await clientSpan()).attributes['http.response.status_code']).toBe(200);
  });

  verifies('D10', 'end when what has no body is not read', async () => {
    const patient = await startTarget({ keepAliveTimeout: 60_000 });
    for (const [method, path] of [['HEAD', '/ok'], ['GET', '/empty'], ['GET', '/none'], ['GET', '/status?code=304']]) {
      await telemetry.clear();
      const sent = request(`${patient.origin}${path}`, { method }, () => {}).end();
      expect((await clientSpan()).status.code).toBe(SpanStatusCode.UNSET);
      sent.destroy();
    }
    await patient.close();
  });

  verifies('D10', 'end with the connection when the body is not read', async () => {
    request(options('/ok'), () => {}).end();
    const span = await clientSpan();
    expect(span.attributes['http.response.status_code']).toBe(200);
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
  });

  verifies('D10', 'end without an error when the application wants no more of the body', async () => {
    const response = await answerTo(request(options('/large')).end());
    response.destroy();
    const span = await clientSpan();
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.attributes['http.response.status_code']).toBe(200);
  });

  verifies('D10', 'end when they are destroyed before they were sent', async () => {
    const agent = new Agent();
    const unsent = request({ ...options('/ok'), agent });
    unsent.on('error', () => {});
    unsent.destroy();
    await closed(unsent);
    const sent = request({ ...options('/silent'), agent }).end();
    const failure = once(sent, 'error');
    await once(sent, 'socket');
    agent.destroy();
    expect(((await failure) as [{ code: string }])[0].code).toBe('ECONNRESET');
    const spans = await telemetry.waitFor((all) => all.some(({ attributes }) => String(attributes['url.full']).endsWith('/silent')));
    expect(spans.every(({ attributes }) => attributes['error.type'] === 'ECONNRESET')).toBe(true);
  });

  verifies('D10', 'end when the application gives up on a timeout', async () => {
    const sent = request({ ...options('/silent'), timeout: 30 }).end();
    sent.on('timeout', () => sent.destroy(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })));
    await once(sent, 'error');
    expect((await clientSpan()).attributes['error.type']).toBe('ETIMEDOUT');
  });

  verifies('D10', 'end with an upgrade and with a tunnel, and leave the socket to the application', async () => {
    const upgrading = request({ ...options('/chat'), headers: { connection: 'upgrade', upgrade: 'echo' } }).end();
    const [, socket] = (await once(upgrading, 'upgrade')) as [IncomingMessage, Socket];
    const upgrade = await clientSpan();
    expect(upgrade.attributes['http.response.status_code']).toBe(101);
    expect(upgrade.status.code).toBe(SpanStatusCode.UNSET);
    socket.destroy();
    await telemetry.clear();
    const tunnelling = request({ ...options('a.example:443'), method: 'CONNECT' }).end();
    const [, tunnel] = (await once(tunnelling, 'connect')) as [IncomingMessage, Socket];
    const span = await clientSpan();
    expect(span.name).toBe('CONNECT');
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 200, 'url.full': 'http://a.example:443/' });
    tunnel.destroy();
  });

  verifies('D10', 'end when an upgrade is answered that nobody has asked for', async () => {
    const sent = request({ ...options('/chat'), headers: { connection: 'upgrade', upgrade: 'echo' } }).end();
    sent.on('error', () => {});
    expect((await clientSpan()).attributes['http.response.status_code']).toBe(101);
  });

  verifies(['D10', 'R3'], 'are told of the URL that a proxy is asked for, and of an address in brackets', async () => {
    const proxied = request({ ...options('http://me:s3cret@shop.example/cart?key=s3cret#top') }).end();
    await readText(await answerTo(proxied));
    expect((await clientSpan()).attributes).toMatchObject({
      'server.address': 'shop.example',
      'server.port': 80,
      'url.full': 'http://REDACTED:REDACTED@shop.example/cart?key=REDACTED#top',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': target.port,
    });
    await telemetry.clear();
    const local = request({ host: '::1', port: target.port, path: '/ok', createConnection: () => connect(target.port, '127.0.0.1') }).end();
    await readText(await answerTo(local));
    expect((await clientSpan()).attributes).toMatchObject({
      'server.address': '::1',
      'url.full': `http://[::1]:${target.port}/ok`,
    });
  });

  verifies(['D10', 'X6'], 'are observed whatever the Host header holds', async () => {
    for (const host of ['', ' ', '@', 'a b', 'user:s3cret@x', '[', 'x'.repeat(5000), 'a:99999', 'täg.example']) {
      await telemetry.clear();
      await readText(await answerTo(request({ ...options('/ok'), headers: { host } }).end())).catch(() => undefined);
      const span = await clientSpan();
      expect(URL.canParse(String(span.attributes['url.full']))).toBe(true);
      expect(JSON.stringify(span.attributes)).not.toContain('s3cret');
    }
  });

  verifies(['D10', 'X6'], 'fail with what the application broke them off with, of which nothing is shown', async () => {
    const hostile = Object.defineProperty(new Error('s3cret'), 'code', {
      get: () => {
        throw new Error('getter');
      },
    });
    const reasons: unknown[] = ['https://me:s3cret@x', hostile, Object.assign(new Error('x'), { code: 'a s3cret' }), null, 0, () => {}];
    for (const reason of reasons) {
      await telemetry.clear();
      const sent = request(options('/silent')).end();
      sent.on('error', () => {});
      await once(sent, 'socket');
      sent.destroy(reason as Error);
      const span = await clientSpan();
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(JSON.stringify([span.attributes, span.status, span.events])).not.toContain('s3cret');
    }
  });

  verifies('D10', 'leave the listeners of the application what they are', async () => {
    const listeners = async (): Promise<unknown[]> => {
      const sent = request(options('/ok')).end();
      const response = await answerTo(sent);
      expect(response.readableFlowing).toBe(null);
      const counts = [sent, response].map((emitter) => emitter.eventNames().map((name) => [name, emitter.listenerCount(name)]));
      response.resume();
      await closed(sent);
      return counts;
    };
    const unobserved = await context.with(suppressTracing(context.active()), listeners);
    expect(telemetry.spans()).toEqual([]);
    expect(await listeners()).toEqual(unobserved);
    await clientSpan();
  });

  verifies('D10', 'have ended when the application hears of the end of the body', async () => {
    const before = telemetry.otel.status().spans.ended;
    const response = await answerTo(request(options('/ok')).end());
    const ended = new Promise((resolve) => response.on('end', () => resolve(telemetry.otel.status().spans.ended)));
    response.resume();
    expect(await ended).toBe(before + 1);
  });

  verifies('D10', 'leave nothing of their own on what has closed', async () => {
    const sent = request(options('/ok')).end();
    const response = await answerTo(sent);
    await Promise.all([closed(sent), once(response, 'close'), readText(response)]);
    expect([Object.hasOwn(sent, 'emit'), Object.hasOwn(response, 'emit')]).toEqual([false, false]);
    await clientSpan();
  });

  verifies('D10', 'tell the other end of a connection that was broken off', async () => {
    await expect(sendByNode(`${target.origin}/dead`)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await clientSpan()).attributes).toMatchObject({
      'network.peer.address': '127.0.0.1',
      'network.peer.port': target.port,
      'error.type': 'ECONNRESET',
    });
  });

  verifies('D10', 'have a span over HTTPS', async () => {
    const secure = await startTarget({ tls: true });
    const sent = https.request(`${secure.origin}/echo`, { ca: testKeyPair().cert }).end();
    const { headers } = await echoed(sent);
    const span = await clientSpan();
    expect(spanIdIn(headers)).toBe(span.spanContext().spanId);
    expect(span.attributes).toMatchObject({
      'url.full': `${secure.origin}/echo`,
      'server.address': 'localhost',
      'server.port': secure.port,
      'network.peer.address': '127.0.0.1',
    });
    const [point] = await telemetry.metric('http.client.request.duration');
    expect(point?.attributes['url.scheme']).toBe('https');
    await telemetry.clear();
    const untrusted = https.request(`${secure.origin}/echo`).end();
    await once(untrusted, 'error');
    expect((await clientSpan()).attributes['error.type']).toMatch(/CERT/);
    await secure.close();
  });

  verifies(['D10', 'X6'], 'end when the answer is garbage or is broken off in its head', async () => {
    const answers = ['garbage\r\n\r\n', 'HTTP/1.1 200 OK\r\nx: y'];
    const server = createServer((socket) => socket.once('data', () => socket.end(answers.shift() ?? ''))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const code of ['HPE_INVALID_CONSTANT', 'ECONNRESET']) {
      await telemetry.clear();
      const sent = request({ host: '127.0.0.1', port }).end();
      expect(((await once(sent, 'error')) as [{ code: string }])[0].code).toBe(code);
      expect((await clientSpan()).attributes['error.type']).toBe(code);
    }
    server.close();
  });

  verifies('D10', 'count the informational answers for none', async () => {
    const server = createServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await readText(await answerTo(request({ host: '127.0.0.1', port }).end()));
    expect((await clientSpan()).attributes['http.response.status_code']).toBe(200);
    server.close();
  });
});

verifies(['D10', 'D2'], 'the undo leaves node:http as it was', async () => {
  const before = Object.getOwnPropertyNames(ClientRequest.prototype).toSorted();
  const first = new TelemetryProbe({ outgoing: {} });
  const patched = Object.getOwnPropertyNames(ClientRequest.prototype).toSorted();
  expect(patched).toEqual(tellsOfCreation ? before : [...before, '_storeHeader'].toSorted((a, b) => (a < b ? -1 : 1)));
  await first.otel.shutdown();
  expect(Object.getOwnPropertyNames(ClientRequest.prototype).toSorted()).toEqual(before);
});

verifies(['D10', 'D2'], 'the undo holds where somebody else has wrapped the same method in the meantime', async () => {
  const target = await startTarget();
  const first = new TelemetryProbe({ outgoing: {} });
  replaceOwnMethod(ClientRequest.prototype, '_storeHeader', (original) => function storeHeader(this: unknown, ...args) {
    return original.apply(this, args);
  });
  await first.otel.shutdown();
  const second = new TelemetryProbe({ outgoing: false });
  const { text } = await withSpan('work', () => sendByNode(`${target.origin}/echo`));
  expect(text).not.toContain('traceparent');
  expect(second.spans().map(({ name }) => name)).toEqual(['work']);
  Reflect.deleteProperty(ClientRequest.prototype, '_storeHeader');
  await second.otel.shutdown();
  await target.close();
});
