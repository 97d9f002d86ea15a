import { otelMiddleware } from '@otelier/express';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { isServerSpan, send, serverSpan } from '@otelier/testkit/conformance';
import type { Request, Response } from 'express';
import { expressBench, serve } from './bench.js';
import { EXPRESS_VERSIONS } from './express-versions.js';

const ok = (_request: Request, response: Response): void => void response.json({});

// The first request of a router of this kind comes to a middleware that stands below other routers.
describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();

  verifies(['R2', 'R15'], 'observes what is below the router that it is mounted on, with the whole template', async () => {
    const app = express();
    const outer = express.Router();
    const inner = express.Router({ mergeParams: true });
    inner.use(otelMiddleware());
    inner.get('/orders/:order', ok);
    outer.use('/:tenant', inner);
    outer.get('/:tenant/open', ok);
    app.use('/api', outer);
    for (let round = 0; round < 2; round += 1) {
      const { answer, span } = await bench.ask(app, '/api/acme/orders/7?x=1');
      expect(answer.status).toBe(200);
      expect(span.name).toBe('GET /api/:tenant/orders/:order');
      expect(span.attributes['url.path']).toBe('/api/acme/orders/7');
      await bench.telemetry.clear();
    }
    const running = await serve(app, bench.telemetry);
    await send(running.server, '/outside');
    await send(running.server, '/api/acme/orders/7');
    await serverSpan(running);
    await running.server.close();
  });

  verifies(['R2', 'R15'], 'observes what is below the prefix that it is mounted at', async () => {
    const app = express();
    app.get('/health', ok);
    app.use('/api/:tenant', otelMiddleware());
    app.get('/api/:tenant/users/:id', ok);
    const { span } = await bench.ask(app, '/api/acme/users/7');
    expect(span.attributes['http.route']).toBe('/api/:tenant/users/:id');
    await bench.telemetry.clear();
    const running = await serve(app, bench.telemetry);
    await send(running.server, '/health');
    await send(running.server, '/api/acme/users/8');
    await serverSpan(running);
    await running.server.close();
  });

  verifies(['R2', 'R15'], 'observes a mounted application of its own', async () => {
    const app = express();
    const admin = express();
    admin.use(otelMiddleware());
    admin.get('/users/:id', ok);
    app.use(['/manage', '/admin/:realm'], admin);
    const { span } = await bench.ask(app, '/admin/eu/users/7');
    expect(span.attributes['http.route']).toBe('/admin/:realm/users/:id');
  });

  verifies(['R13', 'R15'], 'observes several applications of one process', async () => {
    const servers = await Promise.all(
      ['one', 'two'].map(async (prefix) => {
        const app = express();
        app.use(otelMiddleware());
        app.use(`/${prefix}`, express.Router().get('/users/:id', ok));
        return serve(app, bench.telemetry);
      }),
    );
    await Promise.all(
      servers.flatMap(({ server }, index) => [1, 2, 3].map((id) => send(server, `/${['one', 'two'][index]}/users/${id}`))),
    );
    const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 6);
    expect(spans.map((span) => span.name).toSorted()).toEqual([
      ...Array<string>(3).fill('GET /one/users/:id'),
      ...Array<string>(3).fill('GET /two/users/:id'),
    ]);
    await Promise.all(servers.map(({ server }) => server.close()));
  });
});

describe('mounted twice', () => {
  const bench = expressBench();

  verifies(['R14', 'R15'], 'makes one span, counts once and warns once', async () => {
    expectDiagnostics('OTELIER_MOUNTED_TWICE');
    for (const [, express] of EXPRESS_VERSIONS) {
      const app = express();
      const admin = express();
      admin.use(otelMiddleware());
      admin.get('/users/:id', ok);
      app.use(otelMiddleware());
      app.use('/admin', otelMiddleware(), admin);
      const { span } = await bench.ask(app, '/admin/users/7');
      expect(span.name).toBe('GET /admin/users/:id');
      const points = await bench.telemetry.metric('http.server.request.duration');
      expect(points.map(({ count }) => count)).toEqual([1]);
      await bench.telemetry.clear();
    }
    const told = bench.telemetry.otel.status().problems.filter(({ code }) => code === 'OTELIER_MOUNTED_TWICE');
    expect(told).toEqual([expect.objectContaining({ count: 2 * EXPRESS_VERSIONS.length })]);
  });
});

describe.each(EXPRESS_VERSIONS)('the first request of %s', (_name, express) => {
  const bench = expressBench();

  verifies(['R2', 'R15'], 'that comes to a route of a router that is mounted twice has the template of the way that was gone', async () => {
    const app = express();
    const router = express.Router();
    router.get('/leaf', otelMiddleware(), ok);
    app.use('/:a', router);
    app.use('/:a/:b', router);
    const { span } = await bench.ask(app, '/1/2/leaf');
    expect(span.name).toBe('GET /:a/:b/leaf');
  });
});

describe.each(EXPRESS_VERSIONS)('the first request of %s', (_name, express) => {
  const bench = expressBench();

  verifies(['R2', 'R15'], 'that comes to an application at a regular expression has the source of that in its template', async () => {
    const app = express();
    const inner = express();
    inner.use(otelMiddleware());
    inner.get('/users/:id', ok);
    app.use(/^\/api\w*/i, inner);
    const { span } = await bench.ask(app, '/apiary/users/7');
    expect(span.attributes['http.route']).toBe('^\\/api\\w*/users/:id');
  });
});
