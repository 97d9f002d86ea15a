import { describeRoutes, goOn, ok, routerWith, type RouteCase } from './route-cases.js';

const CASES: readonly RouteCase[] = [
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
  {
    title: 'a 404 behind a route that was left by next("route")',
    build: (app) => void app.get('/users/:id', (_request, _response, next) => next('route'), ok),
    path: '/users/7',
    status: 404,
    route: undefined,
  },
  {
    title: 'a 404 behind a router that was left by next("router")',
    build: (app, express) =>
      void app.use(routerWith(express, (router) => router.get('/users/:id', (_r, _s, next) => next('router'), ok))),
    path: '/users/7',
    status: 404,
    route: undefined,
  },
  {
    title: 'the second of two routes that a request falls through',
    build: (app) => void app.get('/:kind/:id', goOn).get('/users/:name', ok),
    path: '/users/7',
    route: '/users/:name',
  },
  {
    title: 'a handler for all methods',
    build: (app) => void app.all('/users/:id', ok),
    path: '/users/7',
    method: 'DELETE',
    route: '/users/:id',
  },
  {
    title: 'middleware that answers 401',
    build: (app) => void app.use((_request, response) => void response.status(401).end()).get('/users/:id', ok),
    path: '/users/7',
    status: 401,
    route: undefined,
  },
  {
    title: 'middleware that answers and goes on to where nothing is',
    build(app) {
      app.use((_request, response, next) => {
        response.json({});
        next();
      });
    },
    path: '/users/7',
    route: undefined,
  },
  {
    title: 'a route behind asynchronous middleware',
    build: (app) => void app.use((_request, _response, next) => void setImmediate(next)).get('/users/:id', ok),
    path: '/users/7',
    route: '/users/:id',
  },
  {
    title: 'a URL that is rewritten to where nothing is',
    build(app) {
      app.use((request, _response, next) => {
        request.url = '/nowhere';
        next();
      });
      app.get('/users/:id', ok);
    },
    path: '/users/7',
    status: 404,
    route: undefined,
  },
  {
    title: 'a URL that is rewritten within a router',
    build(app, express) {
      const router = routerWith(express, (inner) => {
        inner.use((request, _response, next) => {
          request.url = '/v2/7';
          next();
        });
        inner.get('/v2/:id', ok);
      });
      app.use('/api/:tenant', router);
    },
    path: '/api/acme/v1/7',
    route: '/api/:tenant/v2/:id',
  },
  {
    title: 'a path that can not be decoded',
    build: (app) => void app.get('/users/:id', ok),
    path: '/users/%zz',
    status: 400,
    route: undefined,
  },
];

describeRoutes(CASES);
