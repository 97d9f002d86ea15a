import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { otelMiddleware } from '@otelier/express';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { activeSpanId, isServerSpan } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { Express } from 'express';
import WebSocket, { WebSocketServer } from 'ws';
import { expressBench } from './bench.js';
import { EXPRESS_VERSIONS } from './express-versions.js';

describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();
  let server: Server | undefined;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  /** Serves an application, and sends the request from which the middleware knows its server. */
  async function start(app: Express): Promise<Server> {
    app.get('/users/:id', (_request, response) => void response.json({}));
    const listening = app.listen(0, '127.0.0.1');
    server = listening;
    await once(listening, 'listening');
    await fetch(`${address('http')}/users/1`);
    await bench.telemetry.waitFor((all) => all.some(isServerSpan));
    await bench.telemetry.clear();
    return listening;
  }

  function address(scheme: 'http' | 'ws'): string {
    const { port } = (server as Server).address() as AddressInfo;
    return `${scheme}://127.0.0.1:${port}`;
  }

  async function oneSpan(): Promise<ReadableSpan> {
    const spans = (await bench.telemetry.waitFor((all) => all.some(isServerSpan))).filter(isServerSpan);
    expect(spans).toHaveLength(1);
    return spans[0] as ReadableSpan;
  }

  verifies(['R9', 'R12', 'R22'], 'observes the handshakes of ws on the same server', async () => {
    const app = express();
    app.use(otelMiddleware({ responsePropagation: true }));
    const sockets = new WebSocketServer({ server: await start(app), path: '/ws' });
    sockets.on('connection', (socket) => {
      socket.send(activeSpanId());
      socket.on('message', () => socket.send(activeSpanId()));
    });
    const client = new WebSocket(`${address('ws')}/ws`);
    const upgraded = once(client, 'upgrade') as Promise<[{ readonly headers: Record<string, string> }]>;
    const [first] = (await once(client, 'message')) as [Buffer];
    const span = await oneSpan();
    const { traceId, spanId } = span.spanContext();
    expect(client.readyState).toBe(WebSocket.OPEN);
    expect([span.name, span.attributes['http.response.status_code'], first.toString()]).toEqual(['GET', 101, spanId]);
    expect((await upgraded)[0].headers['traceresponse']).toBe(`00-${traceId}-${spanId}-01`);
    client.send('more');
    const [second] = (await once(client, 'message')) as [Buffer];
    expect(second.toString()).toBe(spanId);
    await bench.telemetry.waitForActive(0);
    client.terminate();
  });

  verifies('R4', 'takes what a trusted proxy says of a handshake', async () => {
    const app = express();
    app.set('trust proxy', true);
    app.use(otelMiddleware());
    const sockets = new WebSocketServer({ server: await start(app) });
    sockets.on('connection', (socket) => socket.close());
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'tea.example' };
    const client = new WebSocket(address('ws'), { headers });
    await once(client, 'close');
    expect((await oneSpan()).attributes).toMatchObject({
      'url.scheme': 'https',
      'client.address': '203.0.113.9',
      'server.address': 'tea.example',
    });
  });

  verifies(['R16', 'R18'], "asks the application's functions for requests with Express's request", async () => {
    const app = express();
    app.use(otelMiddleware({ ignore: [(request) => (request as unknown as { path: string }).path === '/ws'] }));
    const sockets = new WebSocketServer({ server: await start(app) });
    sockets.on('connection', (socket) => socket.close());
    await once(new WebSocket(`${address('ws')}/ws?x=1`), 'close');
    await once(new WebSocket(`${address('ws')}/chat`), 'close');
    expect((await oneSpan()).attributes['url.path']).toBe('/chat');
  });

  verifies(['R9', 'R15'], 'leaves the handshakes of a server alone of which it has no more than a prefix', async () => {
    const app = express();
    app.use('/users', otelMiddleware());
    const sockets = new WebSocketServer({ server: await start(app) });
    sockets.on('connection', (socket) => socket.close());
    await once(new WebSocket(`${address('ws')}/chat`), 'close');
    await fetch(`${address('http')}/users/2`);
    expect((await oneSpan()).name).toBe('GET /users/:id');
    await bench.telemetry.waitForActive(0);
  });

  verifies(['R9', 'R15'], 'observes them from a mount at the root, wherever else it is mounted', async () => {
    expectDiagnostics('OTELIER_MOUNTED_TWICE');
    const app = express();
    const router = express.Router();
    router.use(otelMiddleware());
    app.use('/users', router);
    app.use(otelMiddleware());
    const sockets = new WebSocketServer({ server: await start(app) });
    sockets.on('connection', (socket) => socket.close());
    await fetch(`${address('http')}/elsewhere`);
    await bench.telemetry.waitFor((all) => all.some(isServerSpan));
    await bench.telemetry.clear();
    await once(new WebSocket(`${address('ws')}/chat`), 'close');
    expect((await oneSpan()).attributes['url.path']).toBe('/chat');
  });
});
