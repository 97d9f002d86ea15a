import { once, type EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectSocket, type AddressInfo } from 'node:net';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import otelPlugin from '@otelier/fastify';
import { verifies } from '@otelier/testkit';
import { durationMillis, isServerSpan, send, sendAndLeave, serverSpan, type Bench } from '@otelier/testkit/conformance';
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { fastifyBench, serve } from './bench.js';

const bench = fastifyBench();
const LONG = 'x'.repeat(200);
const running: Bench[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ server }) => server.close()));
});

async function start(build: (app: FastifyInstance) => unknown, options: FastifyServerOptions = {}): Promise<Bench> {
  const app = fastify({ forceCloseConnections: true, ...options });
  await build(app);
  const served = await serve(app, bench.telemetry);
  running.push(served);
  return served;
}

const users = async (app: FastifyInstance): Promise<void> => {
  await app.register(otelPlugin);
  app.get('/users/:id', async () => ({}));
};

/** Answers framework errors late, with a status of its own. */
const frameworkErrors: FastifyServerOptions['frameworkErrors'] = (_error, _request, reply) => {
  setTimeout(() => void reply.status(422 as never).send(), 15);
};

describe('a request that Fastify answers without calling a hook', () => {
  it.each([
    ['an undecodable URL', '/users/%zz', 400],
    ['too long a parameter', `/users/${LONG}`, 414],
  ])('has its span for %s', async (_what, path, status) => {
    const served = await start(users);
    const answer = await send(served.server, `${path}?token=hunter2`);
    const span = await serverSpan(served);
    expect(answer.status).toBe(status);
    expect([span.name, span.status.code]).toEqual(['GET', SpanStatusCode.UNSET]);
    expect(span.attributes).toMatchObject({
      'http.response.status_code': status,
      'url.path': path,
      'url.query': 'token=REDACTED',
      'server.address': '127.0.0.1',
      'client.address': '127.0.0.1',
    });
    expect(span.attributes['http.route']).toBeUndefined();
    await bench.telemetry.waitForActive(0);
  });

  verifies('M3', 'has no sizes, which nobody has counted', async () => {
    const served = await start(async (app) => {
      await app.register(otelPlugin, { metrics: { bodySizes: true } });
      app.get('/users/:id', async () => ({}));
    });
    await send(served.server, '/users/%zz');
    await serverSpan(served);
    expect(await bench.telemetry.metric('http.server.response.body.size')).toEqual([]);
  });

  verifies(['R9', 'M1'], 'lasts as long as a handler of framework errors takes', async () => {
    const served = await start(users, { frameworkErrors });
    expect((await send(served.server, '/users/%zz')).status).toBe(422);
    const span = await serverSpan(served);
    expect(span.attributes['http.response.status_code']).toBe(422);
    expect(durationMillis(span)).toBeGreaterThan(13);
  });

  verifies('R9', 'has the path that was asked for, not a rewritten one', async () => {
    const served = await start(users, { rewriteUrl: ({ url = '' }) => url.replace('/old', '/users') });
    await send(served.server, '/old/%zz');
    expect((await serverSpan(served)).attributes['url.path']).toBe('/old/%zz');
  });

  verifies(['R5', 'R9'], 'is an error when a constraint fails', async () => {
    const secret = {
      name: 'secret',
      storage: () => ({ get: () => null, set: () => {} }),
      deriveConstraint: (_request: unknown, _context: unknown, done: (error: Error) => void) => {
        setImmediate(() => done(new Error('constraint')));
      },
      validate: () => {},
    };
    const served = await start(
      async (app) => {
        await users(app);
        app.get('/secrets', { constraints: { secret: 'a' } }, async () => ({}));
      },
      { routerOptions: { constraints: { secret } } } as unknown as FastifyServerOptions,
    );
    const answer = await send(served.server, '/users/7');
    const span = await serverSpan(served);
    expect([answer.status, span.attributes['http.response.status_code'], span.status.code]).toEqual([500, 500, SpanStatusCode.ERROR]);
  });

  it.each<[string, number, ((request: unknown, response: { writeHead(status: number): { end(): void } }) => void) | undefined]>([
    ['that nobody takes', 405, undefined],
    ['that a listener takes', 200, (_request, response) => void response.writeHead(200).end()],
  ])('has its span for CONNECT over HTTP/2 %s', async (_what, status, listener) => {
    const app = fastify({ http2: true });
    await app.register(otelPlugin);
    if (listener !== undefined) {
      (app.server as EventEmitter).on('connect', listener);
    }
    await app.listen({ port: 0, host: '127.0.0.1' });
    const session = connect(`http://127.0.0.1:${(app.server.address() as { port: number }).port}`);
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'db.example:5432' }).resume();
    stream.end();
    const [headers] = (await once(stream, 'response')) as [{ ':status'?: number }];
    const [span] = await bench.telemetry.waitFor((all) => all.some(isServerSpan));
    expect([headers[':status'], span?.attributes['http.response.status_code'], span?.attributes['error.type']]).toEqual([
      status,
      status,
      undefined,
    ]);
    expect([span?.name, span?.attributes['url.path']]).toEqual(['CONNECT', '']);
    session.destroy();
    await app.close();
  });

  verifies(['R9', 'R25'], 'has its span over HTTP/2', async () => {
    const app = fastify({ http2: true });
    await app.register(otelPlugin);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const session = connect(`http://127.0.0.1:${(app.server.address() as { port: number }).port}`);
    const stream = session.request({ ':path': '/%zz' });
    const headers = await new Promise<IncomingHttpHeaders & { ':status'?: number }>((resolve) => stream.once('response', resolve));
    stream.resume();
    const [span] = await bench.telemetry.waitFor((all) => all.some(isServerSpan));
    expect([headers[':status'], span?.attributes['http.response.status_code']]).toEqual([400, 400]);
    expect(span?.attributes).toMatchObject({ 'url.path': '/%zz', 'network.protocol.version': '2' });
    session.destroy();
    await app.close();
  });

  verifies(['R1', 'R9'], 'has its span when an earlier hook has answered it', async () => {
    const served = await start(async (app) => {
      app.addHook('onRequest', async (_request, reply) => reply.code(403).send('no'));
      await users(app);
    });
    await send(served.server, '/users/7');
    const span = await serverSpan(served);
    expect([span.name, span.attributes['http.response.status_code']]).toEqual(['GET', 403]);
  });

  verifies(['R1', 'R14'], 'has one span when an earlier hook waits before it is observed', async () => {
    const served = await start(async (app) => {
      app.addHook('onRequest', async () => new Promise<void>((resolve) => setImmediate(resolve)));
      await users(app);
    });
    await send(served.server, '/users/7');
    expect((await serverSpan(served)).name).toBe('GET /users/:id');
    await bench.telemetry.waitForActive(0);
    expect(bench.telemetry.spans().filter(isServerSpan)).toHaveLength(1);
  });

  verifies(['R8', 'R14'], 'has one span when the client leaves while an earlier hook waits', async () => {
    let release = (): void => {};
    let passed: Promise<void> | undefined;
    const served = await start(async (app) => {
      app.addHook('onRequest', () => new Promise<void>((resolve) => (release = resolve)));
      await users(app);
      passed = new Promise((resolve) => app.addHook('onRequest', async () => resolve()));
    });
    await sendAndLeave(served.server, '/users/7', 'before-headers');
    const span = await serverSpan(served);
    expect(span.attributes['error.type']).toBe('client_disconnected');
    release();
    await passed;
    await serverSpan(served);
    await bench.telemetry.waitForActive(0);
  });

  /** Makes a SERVER span of its own around every request, as other instrumentations do. */
  function instrument({ server }: FastifyInstance, path: string): void {
    const attributes = { 'http.request.method': 'GET', 'url.scheme': 'http', 'url.path': path };
    const emit = server.emit.bind(server);
    server.emit = ((name: string, ...args: unknown[]) => {
      if (name !== 'request') {
        return emit(name, ...args);
      }
      const span = trace.getTracer('outer').startSpan('GET', { kind: SpanKind.SERVER, attributes });
      (args[1] as ServerResponse).once('close', () => span.end());
      return context.with(trace.setSpan(context.active(), span), () => emit(name, ...args));
    }) as typeof server.emit;
  }

  verifies('R14', 'enriches the span that somebody else has made for it', async () => {
    let listening = (): number => 0;
    const served = await start(async (app) => {
      listening = () => app.server.listenerCount('request');
      await users(app);
      instrument(app, '/users/%zz');
    });
    await send(served.server, '/users/%zz');
    const span = await serverSpan(served);
    expect([span.instrumentationScope.name, span.attributes['http.response.status_code']]).toEqual(['outer', 400]);
    expect(listening()).toBe(1);
  });

  verifies(['R8', 'R14'], 'enriches that span too when the client leaves, which is told from the socket', async () => {
    const served = await start(async (app) => {
      app.addHook('onRequest', () => new Promise<void>(() => {}));
      await users(app);
      instrument(app, '/users/7');
    });
    await sendAndLeave(served.server, '/users/7', 'before-headers');
    const span = await serverSpan(served);
    expect([span.instrumentationScope.name, span.attributes['error.type']]).toEqual(['outer', 'client_disconnected']);
    expect(bench.telemetry.spans().filter(isServerSpan)).toHaveLength(1);
  });

  verifies('R15', 'has none where the plugin stands below a prefix', async () => {
    const served = await start(async (app) => {
      await app.register(users, { prefix: '/api' });
    });
    await send(served.server, '/%zz');
    await send(served.server, '/api/users/7');
    expect((await serverSpan(served)).name).toBe('GET /api/users/:id');
  });
});

describe('the server of a Fastify instance', () => {
  verifies('R27', 'is as it was when the instance is closed', async () => {
    const app = fastify();
    const before = app.server.listenerCount('request');
    await users(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    expect(await refusedBy(app.server.address() as AddressInfo)).toBe('HTTP/1.1 400 Bad Request');
    expect(Object.hasOwn(app.server, 'emit')).toBe(true);
    await app.close();
    expect(Object.hasOwn(app.server, 'emit')).toBe(false);
    expect(app.server.listenerCount('request')).toBe(before);
  });

  verifies(['R9', 'R15'], 'has no listeners but its own, which applications take over', async () => {
    const app = fastify();
    const [own] = app.server.listeners('request');
    await users(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const served: string[] = [];
    const listening: number[] = [];
    expect(app.server.listeners('request')).toEqual([own]);
    app.server.removeAllListeners('request');
    app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      served.push(request.url ?? '');
      listening.push(app.server.listenerCount('request'));
      own?.call(app.server, request, response);
    });
    const { port } = app.server.address() as { port: number };
    for (const path of ['/users/7', '/users/%zz']) {
      await (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })).text();
    }
    expect([served, listening]).toEqual([['/users/7', '/users/%zz'], [1, 1]]);
    const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 2);
    expect(spans.map(({ name, attributes }) => [name, attributes['http.response.status_code']])).toEqual([
      ['GET /users/:id', 200],
      ['GET', 400],
    ]);
    expect(app.server.listenerCount('request')).toBe(1);
    await app.close();
  });

  verifies('R9', 'has its own malformed requests observed on every address of localhost, from the first on', async () => {
    const app = fastify();
    await users(app);
    await app.listen({ port: 0, host: 'localhost' });
    for (const address of app.addresses() as AddressInfo[]) {
      await refusedBy(address);
    }
    const errors = bench.telemetry.spans().map((span) => span.attributes['error.type']);
    expect(errors).toEqual(app.addresses().map(() => 'HPE_INVALID_VERSION'));
    await app.close();
  });

  verifies(['R9', 'R15'], 'has its malformed requests observed when one part of it is observed by itself', async () => {
    const app = fastify();
    await app.register(users, { prefix: '/api' });
    await app.register(otelPlugin);
    await app.listen({ port: 0, host: '127.0.0.1' });
    await refusedBy(app.server.address() as AddressInfo);
    expect(bench.telemetry.spans().map((span) => span.attributes['error.type'])).toEqual(['HPE_INVALID_VERSION']);
    await app.close();
  });

  verifies('R9', "has its malformed requests observed behind a listener of the application's, from the first on", async () => {
    const app = fastify({ serverFactory: (handler) => createServer((request, response) => handler(request, response)) });
    await users(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const [made] = app.server.listeners('request');
    app.server.removeAllListeners('request');
    app.server.on('request', (request: IncomingMessage, response: ServerResponse) => made?.call(app.server, request, response));
    await refusedBy(app.server.address() as AddressInfo);
    expect(bench.telemetry.spans().map((span) => span.attributes['error.type'])).toEqual(['HPE_INVALID_VERSION']);
    await app.close();
  });
});

/** Sends what is no HTTP; tells the first line of the answer. */
async function refusedBy({ address, port }: AddressInfo): Promise<string | undefined> {
  const client = connectSocket(port, address);
  let answer = '';
  client.on('data', (data: Buffer) => (answer += data.toString()));
  client.write('GET / HTTP/9.9\r\n\r\n');
  await once(client, 'close');
  return answer.split('\r\n')[0];
}
