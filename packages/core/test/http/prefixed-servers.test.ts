import { createServer, ServerResponse, type RequestListener } from 'node:http';
import { verifies } from '@otelier/testkit';
import { blockBench, isServerSpan } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { watchServer, watchServerOf } from '../../src/adapter.js';
import { observing, serveWatched, talk, watcher, type WatchedServer } from './watched-server.js';

const CLOSING = 'Host: a.example\r\nConnection: close\r\n\r\n';
const HANDSHAKE = 'GET /api/chat HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
const UPLOAD = 'POST /api/upload HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n';

/** Requests that reach no handler. */
const UNHANDLED = [
  'PUT /bad HTTP/1.1\r\nHost : a.example\r\n\r\n',
  'GET /hostless HTTP/1.1\r\n\r\n',
  `POST /body HTTP/1.1\r\nExpect: the-unexpected\r\n${CLOSING}`,
  HANDSHAKE.replace('/api', '/elsewhere'),
];

const block = blockBench();
let watched: WatchedServer;

afterEach(() => watched.close());

/** What an adapter does that is mounted below /api. */
function mounted(handle: (response: ServerResponse) => void): RequestListener {
  const observed = observing(handle);
  return (request, response) => (request.url?.startsWith('/api') === true ? observed(request, response) : void response.end('other'));
}

async function serve(handle: (response: ServerResponse) => void = (response) => void response.end()): Promise<WatchedServer> {
  watched = await serveWatched(createServer(mounted(handle)), { ...watcher(), isBelowPrefix: true });
  return watched;
}

async function oneSpan(): Promise<ReadableSpan> {
  const spans = (await block.telemetry.waitFor((all) => all.some(isServerSpan))).filter(isServerSpan);
  await block.telemetry.waitForActive(0);
  expect(spans).toHaveLength(1);
  return spans[0] as ReadableSpan;
}

describe('a server of which an adapter has a part', () => {
  verifies(['R9', 'R15'], 'has no spans for requests that reach no handler', async () => {
    const { port, server } = await serve();
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    for (const bytes of UNHANDLED) {
      await talk(port, bytes);
    }
    await talk(port, `GET /api/good HTTP/1.1\r\n${CLOSING}`);
    expect((await oneSpan()).attributes['url.path']).toBe('/api/good');
  });

  verifies(['R9', 'R15'], 'still tells why the body of a request of the adapter could not be read', async () => {
    const { port } = await serve((response) => void response.req.resume());
    expect(await talk(port, `${UPLOAD}ZZ\r\n`)).toContain('400 Bad Request');
    expect((await oneSpan()).attributes).toMatchObject({ 'http.response.status_code': 400, 'error.type': 'HPE_INVALID_CHUNK_SIZE' });
  });

  it.each([
    ['when it is answered after that', [SWITCHING], 0],
    ['when it has been answered before that', [SWITCHING], 1],
    ['when it is handed over in the middle of its answer', [SWITCHING.slice(0, 15), SWITCHING.slice(15)], 1],
  ])('ends the span of an upgrade that is handed to the adapter with its answer, %s', async (_when, pieces, handedAt) => {
    const { port, server } = await serve(() => {});
    server.on('upgrade', (request, socket) => {
      const hand = (): void => {
        server.emit('request', request, new ServerResponse(request));
      };
      const steps: (() => void)[] = pieces.map((piece) => () => void socket.write(piece));
      steps.splice(handedAt, 0, hand);
      steps.forEach((step) => step());
    });
    const text = await talk(port, HANDSHAKE, (received) => received.includes('\r\n\r\n'));
    expect(text).toBe(SWITCHING);
    const span = await oneSpan();
    expect(span.attributes).toMatchObject({ 'url.path': '/api/chat', 'http.response.status_code': 101 });
    expect(span.attributes['error.type']).toBeUndefined();
  });

  verifies(['R9', 'R15'], 'has them again when an adapter comes that has the whole of it', async () => {
    const { port, server } = await serve();
    expect(watchServer(server, watcher())).toBeUndefined();
    for (const bytes of UNHANDLED.slice(0, 3)) {
      await talk(port, bytes);
    }
    const spans = await block.telemetry.waitFor((all) => all.length === 3);
    expect(spans.map(({ attributes }) => attributes['url.path'])).toEqual(['/bad', '/hostless', '/body']);
  });

  verifies(['R9', 'R15', 'R18'], 'has them again when a request comes to an adapter that has the whole of it, whose hooks they do not meet', async () => {
    const asked: string[] = [];
    const hooks = { spanName: () => String(asked.push('spanName')), metricAttributes: () => ({ asked: asked.push('metricAttributes') }) };
    const { port, server } = await serve();
    server.prependListener('request', (request, response) => watchServerOf({ request, response }, () => watcher(hooks)));
    await talk(port, `GET /other HTTP/1.1\r\n${CLOSING}`);
    for (const bytes of UNHANDLED.slice(0, 3)) {
      await talk(port, bytes);
    }
    const spans = await block.telemetry.waitFor((all) => all.length === 3);
    expect(spans.map(({ attributes }) => attributes['url.path'])).toEqual(['/bad', '/hostless', '/body']);
    expect(asked).toEqual([]);
  });
});
