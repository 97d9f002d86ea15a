import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import type { Express, NextFunction, Request, Response, Router } from 'express';
import { expressBench } from './bench.js';
import { EXPRESS_VERSIONS, type ExpressLibrary } from './express-versions.js';

interface RouteCase {
  readonly title: string;
  readonly build: (app: Express, express: ExpressLibrary) => void;
  readonly path: string;
  readonly method?: string;
  /** @default 200 */
  readonly status?: number;
  /** `undefined` where no route matches. */
  readonly route: string | undefined;
}

const ok = (_request: Request, response: Response): void => void response.json({});
const goOn = (_request: Request, _response: Response, next: NextFunction): void => next();

function routerWith(express: ExpressLibrary, build: (router: Router) => void): Router {
  const router = express.Router({ mergeParams: true });
  build(router);
  return router;
}

const CASES: readonly RouteCase[] = [
  {
    title: 'three nested routers with parameters at each level',
    build(app, express) {
      const inner = routerWith(express, (router) => router.get('/items/:item', ok));
      const middle = routerWith(express, (router) => router.use('/shops/:shop', inner));
      app.use('/v1/:tenant', middle);
    },
    path: '/v1/acme/shops/7/items/9?x=1',
    route: '/v1/:tenant/shops/:shop/items/:item',
  },
  {
    title: 'middleware mounted above the place of a router',
    build(app, express) {
      app.use('/api', goOn);
      app.use('/api/:tenant', goOn);
      app.use('/api/users', routerWith(express, (router) => router.get('/:id', ok)));
    },
    path: '/api/users/7',
    route: '/api/users/:id',
  },
  {
    title: 'a router behind middleware at the same place',
    build(app, express) {
      app.use('/api/:tenant', goOn, goOn, routerWith(express, (router) => router.get('/users/:id', ok)));
    },
    path: '/api/acme/users/7',
    route: '/api/:tenant/users/:id',
  },
  {
    title: 'a router that is called by a function',
    build(app, express) {
      const router = routerWith(express, (inner) => inner.get('/users/:id', ok));
      app.use('/api', (request, response, next) => router(request, response, next));
    },
    path: '/api/users/7',
    route: '/api/users/:id',
  },
  {
    title: 'a mounted application',
    build(app, express) {
      const admin = express();
      admin.get('/users/:id', ok);
      app.use('/admin/:realm', admin);
    },
    path: '/admin/eu/users/7',
    route: '/admin/:realm/users/:id',
  },
  {
    title: 'an application mounted at a list of paths',
    build(app, express) {
      const admin = express();
      admin.get('/users/:id', ok);
      app.use(['/admin', '/manage/:realm'], admin);
    },
    path: '/manage/eu/users/7',
    route: '/manage/:realm/users/:id',
  },
  {
    title: 'an application mounted at two places',
    build(app, express) {
      const admin = express();
      admin.get('/users/:id', ok);
      app.use('/first/:a', admin);
      app.use('/second/:b', admin);
    },
    path: '/first/1/users/7',
    route: '/first/:a/users/:id',
  },
  {
    title: 'an application handed to a router',
    build(app, express) {
      const admin = express();
      admin.get('/users/:id', ok);
      app.use('/in/:realm', routerWith(express, (router) => router.use('/admin', admin)));
    },
    path: '/in/eu/admin/users/7',
    route: '/in/:realm/admin/users/:id',
  },
  {
    title: 'an error of a mounted application answered by the outer one',
    build(app, express) {
      const admin = express();
      admin.get('/users/:id', () => {
        throw new Error('boom');
      });
      app.use('/admin', admin);
    },
    path: '/admin/users/7',
    status: 500,
    route: '/admin/users/:id',
  },
  {
    title: 'app.route()',
    build: (app) => void app.route('/books/:id').all(goOn).get(ok),
    path: '/books/7',
    route: '/books/:id',
  },
  {
    title: 'the member of a list of paths that matched',
    build: (app) => void app.get(['/a/:id', '/b/:id'], ok),
    path: '/b/7',
    route: '/b/:id',
  },
  {
    title: 'the regular expression of a list that matched',
    build: (app) => void app.get(['/a/:id', /^\/c\/(\d+)$/], ok),
    path: '/c/7',
    route: '^\\/c\\/(\\d+)$',
  },
  {
    title: 'a regular expression',
    build: (app) => void app.get(/^\/files\/(.+)\.txt$/, ok),
    path: '/files/a/secret.txt',
    route: '^\\/files\\/(.+)\\.txt$',
  },
  {
    title: 'a list of mounts',
    build: (app, express) => void app.use(['/x/:a', '/y/:b'], routerWith(express, (router) => router.get('/z', ok))),
    path: '/y/7/z',
    route: '/y/:b/z',
  },
  {
    title: 'two parameters in one segment of a mount',
    build: (app, express) => void app.use('/:from-:to', routerWith(express, (router) => router.get('/flights', ok))),
    path: '/BER-BER/flights',
    route: '/:from-:to/flights',
  },
  {
    title: 'a percent-encoded parameter of a mount',
    build: (app, express) => void app.use('/t/:name', routerWith(express, (router) => router.get('/x/:id', ok))),
    path: '/t/%c3%a9%20%2f/x/%41',
    route: '/t/:name/x/:id',
  },
  {
    title: 'parameters with the value of static parts',
    build: (app, express) => void app.use('/users/:users', routerWith(express, (router) => router.get('/users/:users', ok))),
    path: '/users/users/users/users',
    route: '/users/:users/users/:users',
  },
  {
    title: 'a router mounted at two places',
    build(app, express) {
      const router = routerWith(express, (inner) => inner.get('/users/:id', ok));
      app.use('/', routerWith(express, (outer) => outer.use('/v1', router)));
      app.use('/v2/:tenant', router);
    },
    path: '/v2/acme/users/7',
    route: '/v2/:tenant/users/:id',
  },
  {
    title: 'the second of two routers at one place when the first falls through',
    build(app, express) {
      app.use('/:first', routerWith(express, (router) => router.get('/other', ok)));
      app.use('/:second', routerWith(express, (router) => router.get('/users/:id', ok)));
    },
    path: '/acme/users/7',
    route: '/:second/users/:id',
  },
  {
    title: 'the route that a request was passed on to',
    build(app) {
      app.get('/users/:id', (_request, _response, next) => next('route'));
      app.get('/users/me', ok);
    },
    path: '/users/me',
    route: '/users/me',
  },
  {
    title: 'a route behind a router that was left',
    build(app, express) {
      app.use('/users/:id', routerWith(express, (router) => router.use((_request, _response, next) => next('router'))));
      app.get('/users/:name', ok);
    },
    path: '/users/me',
    route: '/users/:name',
  },
  {
    title: 'a route whose parameter is loaded by app.param()',
    build(app) {
      app.param('id', (_request, _response, next) => void setImmediate(next));
      app.get('/users/:id', ok);
    },
    path: '/users/7',
    route: '/users/:id',
  },
  {
    title: 'a route that a rewritten URL leads to',
    build(app, express) {
      app.use((request, _response, next) => {
        request.url = `/v2/eu${request.url}`;
        next();
      });
      app.use('/v2/:realm', routerWith(express, (router) => router.get('/users/:id', ok)));
    },
    path: '/users/7',
    route: '/v2/:realm/users/:id',
  },
  {
    title: 'HEAD answered by a GET route',
    build: (app) => void app.get('/users/:id', ok),
    path: '/users/7',
    method: 'HEAD',
    route: '/users/:id',
  },
  {
    title: 'HEAD where there are POST routes only',
    build: (app) => void app.post('/users/:id', ok),
    path: '/users/7',
    method: 'HEAD',
    status: 404,
    route: undefined,
  },
  {
    title: "the router's own answer to OPTIONS",
    build: (app) => void app.get('/users/:id', ok),
    path: '/users/7',
    method: 'OPTIONS',
    route: undefined,
  },
  {
    title: 'a path with a trailing slash',
    build: (app, express) => void app.use('/Api/:t', routerWith(express, (router) => router.get('/Users/:id', ok))),
    path: '/Api/A/Users/7/',
    route: '/Api/:t/Users/:id',
  },
  {
    title: 'the root of a mounted router',
    build: (app, express) => void app.use('/api/:tenant', routerWith(express, (router) => router.get('/', ok))),
    path: '/api/acme?x=1',
    route: '/api/:tenant',
  },
  { title: 'the root', build: (app) => void app.get('/', ok), path: '/', route: '/' },
  {
    title: 'a 404 below a mounted router',
    build: (app, express) => void app.use('/api/:tenant', routerWith(express, (router) => router.get('/x', ok))),
    path: '/api/acme/secret',
    status: 404,
    route: undefined,
  },
  {
    title: 'a 404 behind a route that passed on',
    build: (app) => void app.all(/.*/, goOn),
    path: '/secret',
    status: 404,
    route: undefined,
  },
  {
    title: '404 middleware behind a route that passed on',
    build(app) {
      app.get('/users/:id', goOn);
      app.use((_request, response) => void response.status(404).end());
    },
    path: '/users/7',
    status: 404,
    route: undefined,
  },
  {
    title: 'a route that answers and goes on',
    build(app) {
      app.get('/users/:id', (_request, response, next) => {
        response.json({});
        next();
      });
      app.use(goOn, () => {});
    },
    path: '/users/7',
    route: '/users/:id',
  },
  {
    title: 'a route that answers 404 itself',
    build: (app) => void app.get('/users/:id', (_request, response) => void response.status(404).end()),
    path: '/users/7',
    status: 404,
    route: '/users/:id',
  },
  {
    title: 'a route that passes on a 404 error',
    build: (app) => void app.get('/users/:id', (_r, _s, next) => next(Object.assign(new Error('gone'), { status: 404 }))),
    path: '/users/7',
    status: 404,
    route: '/users/:id',
  },
];

/** The syntax of patterns differs between the majors. */
const SYNTAX_CASES: Readonly<Record<'4' | '5', readonly RouteCase[]>> = {
  '4': [
    {
      title: 'optional parameters and wildcards',
      build: (app, express) => void app.use('/a/:b?', routerWith(express, (router) => router.get('/c/:d?/*', ok))),
      path: '/a/1/c/x/y',
      route: '/a/:b/c/:d?/*',
    },
    {
      title: 'a mount that is a regular expression',
      build: (app, express) => void app.use(/^\/t\d+\/?(?=\/|$)/, routerWith(express, (router) => router.get('/x', ok))),
      path: '/t77/x',
      route: '^\\/t\\d+\\/?(?=\\/|$)/x',
    },
  ],
  '5': [
    {
      title: 'optional parts and wildcards',
      build: (app, express) => void app.use('/a/*rest/end', routerWith(express, (router) => router.get('/c{/:d}/*all', ok))),
      path: '/a/1/2/end/c/x/y',
      route: '/a/*rest/end/c{/:d}/*all',
    },
  ],
};

describe.each(EXPRESS_VERSIONS)('%s', (name, express) => {
  const bench = expressBench();
  const cases = [...CASES, ...SYNTAX_CASES[name === 'express 4' ? '4' : '5']];

  for (const { title, build, path, method = 'GET', status = 200, route } of cases) {
    const what = route === undefined ? 'gives no route' : 'gives the whole template';
    verifies(['R1', 'R2'], `${what} for ${title}`, async () => {
      const app = express();
      app.set('env', 'test');
      app.use(otelMiddleware());
      build(app, express);
      const { answer, span } = await bench.ask(app, path, { method });
      expect([answer.status, span.attributes['http.route']]).toEqual([status, route]);
      expect(span.name).toBe(route === undefined ? method : `${method} ${route}`);
    });
  }

  verifies('R2', 'gives one template for all spellings of a path', async () => {
    const app = express();
    app.use(otelMiddleware());
    app.use('/Api/:t', routerWith(express, (router) => router.get('/Users/:id', ok)));
    const routes = [];
    for (const path of ['/Api/A/Users/7', '/aPI/A/uSERS/7', '/api/A/users/7']) {
      routes.push((await bench.ask(app, path)).span.attributes['http.route']);
      await bench.telemetry.clear();
    }
    expect(routes).toEqual(Array(3).fill('/Api/:t/Users/:id'));
  });
});
