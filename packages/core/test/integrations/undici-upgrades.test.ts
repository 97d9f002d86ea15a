import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { UNDICI_COPIES } from '../outgoing/clients.js';
import { closedPort } from '../outgoing/target-server.js';

const isClient = (span: ReadableSpan): boolean => span.kind === SpanKind.CLIENT;

/** Answers the first piece of each connection. */
async function startRaw(answer: (socket: Socket) => void): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Sends an answer in two packets. */
function inTwo(answer: string, isLast: boolean): (socket: Socket) => void {
  return (socket) => {
    socket.setNoDelay(true);
    socket.write(answer.slice(0, 17));
    setTimeout(() => (isLast ? socket.end(answer.slice(17)) : socket.write(answer.slice(17))), 50);
  };
}

describe.each(UNDICI_COPIES)('upgrades and tunnels of %s', (_name, undici) => {
  let telemetry: TelemetryProbe;
  let server: Server | undefined;
  beforeAll(() => {
    telemetry = new TelemetryProbe({ outgoing: {} });
  });
  beforeEach(() => telemetry.clear());
  afterEach(() => server?.close());
  afterAll(() => telemetry.otel.shutdown());

  const clientSpan = (): Promise<ReadableSpan> => telemetry.span(isClient);

  async function startServer(answer: (socket: Socket) => void): Promise<string> {
    const started = await startRaw(answer);
    ({ server } = started);
    return started.origin;
  }

  verifies('D10', 'are refused with the status code, however many packets it comes in', async () => {
    const origin = await startServer(inTwo('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno', true));
    const client = new undici.Client(origin);
    await expect(client.upgrade({ path: '/chat' })).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    const span = await clientSpan();
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 403, 'error.type': '403' });
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    await client.destroy();
  });

  verifies('D10', 'succeed when the answer comes in two packets', async () => {
    const origin = await startServer(inTwo('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n', false));
    const client = new undici.Client(origin);
    const { socket } = await client.upgrade({ path: '/chat', protocol: 'echo' });
    const span = await clientSpan();
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 101, 'network.protocol.version': '1.1' });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    socket.destroy();
    await client.destroy();
  });

  for (const [how, answer] of [
    ['at once', (socket: Socket) => void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno')],
    ['in two packets', inTwo('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n', true)],
  ] as const) {
    verifies('D10', `have the status code of a proxy that refuses ${how}`, async () => {
      const origin = await startServer(answer);
      const dispatcher = new undici.ProxyAgent({ uri: origin, proxyTunnel: true });
      await expect(undici.fetch('https://api.example/x', { dispatcher })).rejects.toThrow(/fetch failed/);
      const span = await telemetry.span(({ name }) => name === 'CONNECT');
      expect(span.attributes).toMatchObject({ 'http.response.status_code': 407, 'error.type': '407' });
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      await dispatcher.destroy();
    });
  }

  verifies('D10', 'fail with the error of a proxy that hangs up', async () => {
    const origin = await startServer((socket) => socket.destroy());
    const dispatcher = new undici.ProxyAgent({ uri: origin, proxyTunnel: true });
    // undici asks again until it is told to stop.
    const sent = undici.fetch('https://api.example/x', { dispatcher }).catch((error: unknown) => error);
    const [span] = await telemetry.waitFor((all) => all.some(({ name }) => name === 'CONNECT'));
    expect(span?.attributes['error.type']).toMatch(/^(UND_ERR_SOCKET|ECONNRESET)$/);
    expect(span?.attributes['http.response.status_code']).toBeUndefined();
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    await dispatcher.destroy();
    await sent;
  });

  verifies('D10', 'fail with the error of a server that hangs up within its answer', async () => {
    const origin = await startServer((socket) => socket.end('HTTP/1.1 101 Swit'));
    const client = new undici.Client(origin);
    await expect(client.upgrade({ path: '/' })).rejects.toThrow(/./);
    await expect(client.connect({ path: 'a.example:443' })).rejects.toThrow(/./);
    const spans = await telemetry.waitFor((all) => all.filter(isClient).length === 2);
    for (const { attributes, status } of spans) {
      expect(attributes['http.response.status_code']).toBeUndefined();
      expect(attributes['error.type']).toMatch(/^[A-Z_]+$/);
      expect(status.code).toBe(SpanStatusCode.ERROR);
    }
    await client.destroy();
  });

  verifies('D10', 'fail where nobody listens', async () => {
    const client = new undici.Client(`http://127.0.0.1:${await closedPort()}`);
    await expect(client.connect({ path: 'a.example:443' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const span = await clientSpan();
    expect([span.name, span.attributes['error.type']]).toEqual(['CONNECT', 'ECONNREFUSED']);
    await client.destroy();
  });

  verifies('D10', 'end when the application breaks them off', async () => {
    const controller = new AbortController();
    const origin = await startServer(() => controller.abort());
    const client = new undici.Client(origin);
    await expect(client.connect({ path: 'a.example:443', signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect((await clientSpan()).attributes['error.type']).toMatch(/^(AbortError|ABORT_ERR|UND_ERR_ABORTED)$/);
    await client.destroy();
  });

  verifies(['D10', 'X6'], 'end when what the application does with the socket throws', async () => {
    const origin = await startServer((socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    const client = new undici.Client(origin);
    const failure = new TypeError('mine');
    const disconnected = once(client, 'disconnect');
    const handler = {
      onConnect: () => {},
      onRequestStart: () => {},
      onUpgrade: () => {
        throw failure;
      },
      onRequestUpgrade: () => {
        throw failure;
      },
      onHeaders: () => true,
      onData: () => true,
      onComplete: () => {},
      onError: () => {},
      onResponseError: () => {},
    };
    client.dispatch({ path: 'a.example:443', method: 'CONNECT' }, handler);
    await disconnected;
    expect((await clientSpan()).attributes).toMatchObject({ 'http.response.status_code': 200, 'error.type': 'TypeError' });
    await client.destroy();
  });
});
