import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { isServerSpan, TelemetryProbe } from '@otelier/testkit/conformance';
import type { Express, Router } from 'express';
import { EXPRESS_VERSIONS, type ExpressLibrary } from './express-versions.js';

const CHANNELS = ['tracing:express.router.request:start', 'tracing:express.router.request:error', 'http.server.request.start'];

function createApp(express: ExpressLibrary): Express {
  const app = express();
  app.use(otelMiddleware({ layers: true }));
  app.use('/api/:tenant', express.Router({ mergeParams: true }).get('/users/:id', (_request, response) => void response.json({})));
  return app;
}

/** What the middleware changes of an application, its server and its process. */
function tracesOf(app: Express, server: Server): Readonly<Record<string, unknown>> {
  // Version 4 throws when its `router` is read.
  const { stack } = (Reflect.get(app, '_router') ?? Reflect.get(app, 'router')) as Router;
  const prototype = Object.getPrototypeOf(stack[0]) as object;
  return {
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
});
