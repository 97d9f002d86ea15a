import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { context, propagation } from '@opentelemetry/api';
import { otelMiddleware, type OtelMiddlewareOptions } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { isServerSpan, TelemetryProbe } from '@otelier/testkit/conformance';
import type { Express, Router } from 'express';
import supertest from 'supertest';
import { EXPRESS_VERSIONS, type ExpressLibrary } from './express-versions.js';

const CHANNELS = [
  'tracing:express.router.request:start',
  'tracing:express.router.request:error',
  'http.server.request.start',
  'net.server.socket',
];

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function createApp(express: ExpressLibrary, options: OtelMiddlewareOptions = {}): Express {
  const app = express();
  app.use(otelMiddleware({ layers: true, ...options }));
  app.use('/api/:tenant', express.Router({ mergeParams: true }).get('/users/:id', (_request, response) => void response.json({})));
  return app;
}

function layersOf(app: Express): Router['stack'] {
  // Version 4 throws when its `router` is read.
  return ((Reflect.get(app, '_router') ?? Reflect.get(app, 'router')) as Router).stack;
}

/** What the middleware changes of an application, its server and its process. */
function tracesOf(app: Express, server: Server): Readonly<Record<string, unknown>> {
  const stack = layersOf(app);
  const prototype = Object.getPrototypeOf(stack[0]) as object;
  return {
    layers: stack.map(({ name }) => name),
    emit: Object.hasOwn(server, 'emit'),
    channels: CHANNELS.map((name) => channel(name).hasSubscribers),
    methods: ['handle_request', 'handleRequest', 'handle_error', 'handleError'].map((name) => Reflect.get(prototype, name) as unknown),
  };
}

describe.each(EXPRESS_VERSIONS)('a middleware of %s', (_name, express) => {
  verifies('R27', 'leaves nothing behind after a shutdown, whatever comes then, and works again with the next set-up', async () => {
    const first = new TelemetryProbe();
    const app = createApp(express);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/api/acme/users/7`, { headers: { connection: 'close' } });
    await first.otel.shutdown();
    const clean = tracesOf(app, server);
    expect(clean).toMatchObject({ emit: false, channels: CHANNELS.map(() => false) });

    const second = new TelemetryProbe();
    await ask();
    await second.waitFor((spans) => spans.some(isServerSpan));
    const during = tracesOf(app, server);
    expect(during).not.toEqual(clean);
    await second.otel.shutdown();
    expect(tracesOf(app, server)).toEqual(clean);
    expect((await ask()).status).toBe(200);
    expect(tracesOf(app, server)).toEqual(clean);

    const third = new TelemetryProbe();
    await ask();
    await ask();
    const spans = await third.waitFor((all) => all.filter(isServerSpan).length === 2);
    const names = spans.filter(isServerSpan).map(({ name }) => name);
    expect(names).toEqual(['GET /api/:tenant/users/:id', 'GET /api/:tenant/users/:id']);
    expect(spans.filter(({ name }) => name.startsWith('handler'))).toHaveLength(2);
    expect(tracesOf(app, server)).toMatchObject({ emit: true });
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/9.9\r\n\r\n');
    await once(client.resume(), 'close');
    expect(third.spans().map((span) => span.attributes['error.type'])).toContain('HPE_INVALID_VERSION');

    server.close();
    await once(server, 'close');
    expect(Object.hasOwn(server, 'emit')).toBe(false);
    await third.otel.shutdown();
    expect(tracesOf(app, server)).toEqual(clean);
  });

  verifies('R27', 'leaves the method of a router alone that somebody else has wrapped in the meantime', async () => {
    const telemetry = new TelemetryProbe();
    const app = createApp(express);
    const [layer] = layersOf(app);
    const prototype = Object.getPrototypeOf(layer) as Record<string, unknown>;
    const name = 'handle_request' in prototype ? 'handle_request' : 'handleRequest';
    const before = prototype[name];
    await supertest(app).get('/api/acme/users/7');
    const during = prototype[name] as (...call: unknown[]) => unknown;
    const own = function own(this: unknown, ...call: unknown[]): unknown {
      return during.apply(this, call);
    };
    prototype[name] = own;
    await telemetry.otel.shutdown();
    expect(prototype[name]).toBe(own);
    expect((await supertest(app).get('/api/acme/users/7')).status).toBe(200);
    prototype[name] = before;
  });

  verifies(['R18', 'R24', 'R27'], 'does nothing for the requests after a shutdown, whose handlers still have req.otel', async () => {
    const telemetry = new TelemetryProbe();
    const called: string[] = [];
    const app = createApp(express, {
      ignore: [() => Boolean(called.push('ignore')) && false],
      onRequest: () => void called.push('onRequest'),
      onResponse: () => void called.push('onResponse'),
    });
    app.get('/mine', (request, response) => {
      request.otel.setAttributes({ 'user.id': '7' });
      const carrier = {};
      propagation.inject(context.active(), carrier);
      response.json({ carrier, trace: request.otel.traceId });
    });
    await supertest(app).get('/mine');
    await telemetry.waitFor((spans) => spans.some(isServerSpan));
    expect(called.splice(0)).toEqual(['ignore', 'onRequest', 'onResponse']);
    await telemetry.otel.shutdown();
    const { body } = await supertest(app).get('/mine').set('traceparent', traceparent);
    expect([called, body]).toEqual([[], { carrier: {}, trace: '0'.repeat(32) }]);
  });

  verifies(['R6', 'R27'], 'takes its error handler away from beneath the requests under way, and puts it behind what there is then', async () => {
    const first = new TelemetryProbe();
    const app = createApp(express);
    await supertest(app).get('/');
    let goOn = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      app.use((_request, _response, next) => {
        goOn = next;
        resolve();
      });
    });
    app.get('/late', (_request, response) => void response.json({ late: true }));
    const own = layersOf(app).filter(({ name }) => name === 'otelError');
    expect(own).toHaveLength(1);
    const answer = supertest(app).get('/late').then(({ body }) => body as object);
    await waiting;
    await first.otel.shutdown();
    const left = layersOf(app).map(({ name }) => name);
    expect(left).not.toContain('otelError');
    goOn();
    expect(await answer).toEqual({ late: true });

    const second = new TelemetryProbe();
    await supertest(app).get('/api/acme/users/7');
    expect(layersOf(app).map(({ name }) => name)).toEqual([...left, 'otelError']);
    await second.otel.shutdown();
    expect(layersOf(app).map(({ name }) => name)).toEqual(left);
  });

  verifies('X7', 'keeps no application that has been used', async () => {
    const telemetry = new TelemetryProbe();
    const apps: WeakRef<Express>[] = [];
    // Express, or the client, may still know the last one.
    for (let round = 0; round < 4; round += 1) {
      const app = createApp(express);
      apps.push(new WeakRef(app));
      await supertest(app).get('/api/acme/users/7');
    }
    await telemetry.waitFor((spans) => spans.filter(isServerSpan).length === 4);
    await telemetry.clear();
    const isFreed = (): boolean[] => apps.slice(0, 3).map((app) => app.deref() === undefined);
    for (let round = 0; round < 10 && isFreed().includes(false); round += 1) {
      await turn();
      collectGarbage();
    }
    expect(isFreed()).toEqual([true, true, true]);
    await telemetry.otel.shutdown();
  });
});
