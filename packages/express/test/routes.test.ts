import { describeRoutes, goOn, ok, routerWith, type RouteCase } from './route-cases.js';

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
    title: 'a list of mounts',
    build: (app, express) => void app.use(['/x/:a', '/y/:b'], routerWith(express, (router) => router.get('/z', ok))),
    path: '/y/7/z',
    route: '/y/:b/z',
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
    title: 'a router mounted within itself',
    build(app, express) {
      const router = routerWith(express, (inner) => inner.get('/leaf/:id', ok));
      router.use('/sub/:sub', router);
      app.use('/top', router);
    },
    path: '/top/sub/1/sub/2/leaf/3',
    route: '/top/sub/:sub/sub/:sub/leaf/:id',
  },
  {
    title: 'a router that a request passes twice, at two places',
    build(app, express) {
      let passes = 0;
      const router = routerWith(express, (inner) =>
        inner.get('/leaf/:id', (request, response, next) => {
          passes += 1;
          (passes === 1 ? goOn : ok)(request, response, next);
        }),
      );
      app.use('/:first', router);
      app.use('/:second', router);
    },
    path: '/top/leaf/3',
    route: '/:second/leaf/:id',
  },
  {
    title: 'an application that is called by a function',
    build(app, express) {
      const inner = express();
      inner.get('/users/:id', ok);
      app.use('/api/:tenant', (request, response, next) => inner(request, response, next));
    },
    path: '/api/acme/users/7',
    route: '/api/:tenant/users/:id',
  },
  {
    title: 'an application with strict and case-sensitive routing of its own',
    build(app, express) {
      const admin = express();
      admin.enable('strict routing').enable('case sensitive routing');
      admin.get('/users/:id/', ok);
      app.use('/admin', admin);
    },
    path: '/admin/users/7/',
    route: '/admin/users/:id/',
  },
  {
    title: 'middleware at a path that answers',
    build: (app) => void app.use('/files/:name', ok),
    path: '/files/secret',
    route: undefined,
  },
  {
    title: 'a router whose middleware answers 401',
    build(app, express) {
      const guarded = routerWith(express, (router) => {
        router.use((_request, response) => void response.status(401).end());
        router.get('/users/:id', ok);
      });
      app.use('/api/:tenant', guarded);
    },
    path: '/api/acme/users/7',
    status: 401,
    route: undefined,
  },
];

describeRoutes(CASES);
