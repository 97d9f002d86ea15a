import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer as createPlainServer, type AddressInfo } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { otelMiddleware } from '@otelier/express';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { durationMillis, isServerSpan, testKeyPair } from '@otelier/testkit/conformance';
import type { Express } from 'express';
import WebSocket, { WebSocketServer } from 'ws';
import { expressBench } from './bench.js';
import { EXPRESS_VERSIONS } from './express-versions.js';

/** Sends what is no HTTP and reads until the connection is closed. */
async function sendMalformed(server: Server, isSecure = false): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const client = isSecure ? connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port, '127.0.0.1');
  client.write('GET /users/7 HTTP/9.9\r\n\r\n');
  await once(client.resume(), 'close');
}

describe.each(EXPRESS_VERSIONS)('the first connection to %s', (_name, express) => {
  const bench = expressBench();
  const servers: Server[] = [];

  afterEach(async () => {
    const closed = servers.splice(0).filter(({ listening }) => listening);
    await Promise.all(closed.map((server) => once(server.close(), 'close')));
  });

  function observedApp(): Express {
    const app = express();
    app.use(otelMiddleware());
    app.get('/users/:id', (_request, response) => void response.json({}));
    return app;
  }

  async function listen(server: Server): Promise<Server> {
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  function errorTypes(): unknown[] {
    return bench.telemetry.spans().filter(isServerSpan).map((span) => span.attributes['error.type']);
  }

  const MAKERS: readonly (readonly [string, (app: Express) => Server, boolean])[] = [
    ['app.listen()', (app) => app.listen(0, '127.0.0.1'), false],
    ['http.createServer(app)', (app) => createServer(app as RequestListener), false],
    ['https.createServer(options, app)', (app) => createSecureServer(testKeyPair(), app as RequestListener), true],
    ['a listener added later', (app) => createServer().on('request', app as RequestListener), false],
  ];
  for (const [title, make, isSecure] of MAKERS) {
    verifies(['R9', 'R25'], `is observed when it brings a malformed request to ${title}`, async () => {
      const server = make(observedApp());
      await (title === 'app.listen()' ? once(server, 'listening').then(() => servers.push(server)) : listen(server));
      await sendMalformed(server, isSecure);
      const [span] = await bench.telemetry.waitFor((all) => all.some(isServerSpan));
      expect(span?.attributes).toMatchObject({ 'url.path': '/users/7', 'http.response.status_code': 400, 'error.type': 'HPE_INVALID_VERSION' });
    });
  }

  verifies('R9', 'is observed when it brings an upgrade', async () => {
    const server = await listen(createServer(observedApp() as RequestListener));
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => socket.close());
    await once(new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/chat`), 'close');
    const [span] = await bench.telemetry.waitFor((all) => all.some(isServerSpan));
    expect(span?.attributes).toMatchObject({ 'url.path': '/chat', 'http.response.status_code': 101 });
  });

  verifies('R9', 'is observed when it brings a request that never comes to its end, from when it was made', async () => {
    const server = createServer({ requestTimeout: 100, headersTimeout: 100, connectionsCheckingInterval: 20 }, observedApp() as RequestListener);
    const { port } = (await listen(server)).address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: a.example\r\n');
    await once(client.resume(), 'close');
    const span = await bench.telemetry.span(isServerSpan);
    expect(span.attributes['error.type']).toBe('ERR_HTTP_REQUEST_TIMEOUT');
    // It can't be shorter than what Node waits.
    expect(durationMillis(span)).toBeGreaterThan(50);
  });

  verifies(['R9', 'R27'], 'is observed again when a server listens again', async () => {
    const server = await listen(createServer(observedApp() as RequestListener));
    await sendMalformed(server);
    await once(server.close(), 'close');
    expect(Object.hasOwn(server, 'emit')).toBe(false);
    await listen(server);
    await sendMalformed(server);
    await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 2);
  });

  verifies('R9', "is known behind a function around the application from the application's first request on", async () => {
    const app = observedApp();
    const server = await listen(createServer((request, response) => (app as RequestListener)(request, response)));
    await sendMalformed(server);
    expect(errorTypes()).toEqual([]);
    const { port } = server.address() as AddressInfo;
    await fetch(`http://127.0.0.1:${port}/users/7`, { headers: { connection: 'close' } });
    await sendMalformed(server);
    await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 2);
    expect(errorTypes()).toEqual([undefined, 'HPE_INVALID_VERSION']);
  });

  verifies('R9', 'is observed when it brings a request without a host to a router that is no application', async () => {
    const router = express.Router().use(otelMiddleware());
    const { port } = (await listen(createServer(router as unknown as RequestListener))).address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    client.write('GET /users/7 HTTP/1.1\r\nConnection: close\r\n\r\n');
    await once(client.resume(), 'close');
    const span = await bench.telemetry.span(isServerSpan);
    expect(span.attributes).toMatchObject({ 'url.path': '/users/7', 'http.response.status_code': 400, 'url.scheme': 'http' });
  });

  verifies(['R9', 'R27'], 'goes on where the listener of its server cannot be looked at', async () => {
    expectDiagnostics('OTELIER_INTERNAL_ERROR');
    observedApp();
    const hostile = Object.defineProperty(() => {}, 'stack', {
      get: () => {
        throw new Error('no stack');
      },
    });
    await sendMalformed(await listen(createServer(hostile)));
    expect(errorTypes()).toEqual([]);
  });

  verifies('R15', 'leaves alone what is not the server of an application that is observed at its root', async () => {
    const below = express();
    below.use('/api', otelMiddleware());
    const hostile = Object.defineProperty(() => {}, 'stack', { get: () => [null, 7, { handle: 'no' }] });
    const others = [createServer(), createServer(express() as RequestListener), createServer(below as RequestListener), createServer(hostile)];
    for (const server of others) {
      await sendMalformed(await listen(server));
      expect(Object.hasOwn(server, 'emit')).toBe(false);
    }
    const plain = createPlainServer((socket) => socket.end());
    await listen(plain as Server);
    await once(connect((plain.address() as AddressInfo).port, '127.0.0.1').resume(), 'close');
    expect([Object.hasOwn(plain, 'emit'), errorTypes()]).toEqual([false, []]);
  });
});
