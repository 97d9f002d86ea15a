import type { NextFunction, Request, Response } from 'express';
import { describeRoutes, goOn, ok, routerWith, type RouteCase } from './route-cases.js';

type Callback = (request: Request, response: Response, next: NextFunction) => void;

const fail: Callback = (_request, _response, next) => next(new Error('boom'));

/** As a library answers for something that does not exist. */
const notFound: Callback = (_request, _response, next) => next(Object.assign(new Error('not found'), { status: 404 }));

// Which route a request has whose error comes from a parameter's callback: it stands before the route's handlers.
const CASES: readonly RouteCase[] = [
  {
    title: 'a route whose parameter fails',
    build(app) {
      app.param('id', fail);
      app.get('/users/:id', ok);
    },
    path: '/users/7',
    status: 500,
    route: '/users/:id',
  },
  {
    title: 'a route below a mount whose parameter fails',
    build(app, express) {
      const router = routerWith(express, (inner) => inner.param('id', fail).get('/users/:id', ok));
      app.use('/other/:realm', router);
      app.use('/in/:realm', router);
    },
    path: '/in/eu/users/7',
    status: 500,
    route: '/in/:realm/users/:id',
  },
  {
    title: 'a route whose parameter fails, below the second mount of its router',
    build(app, express) {
      const router = routerWith(express, (inner) => inner.param('id', fail).get('/users/:id', ok));
      app.use('/:realm', router);
      app.use('/:realm/:part', router);
    },
    path: '/eu/north/users/7',
    status: 500,
    route: '/:realm/:part/users/:id',
  },
  {
    title: 'a route whose parameter fails, behind a router that is mounted within itself',
    build(app, express) {
      const router = routerWith(express, (inner) => inner.use('/in', inner));
      app.use('/round', router);
      app.param('id', fail);
      app.get('/users/:id', ok);
    },
    path: '/users/7',
    status: 500,
    route: '/users/:id',
  },
  {
    title: 'a route whose parameter is not found, behind middleware of the same path',
    build(app, express) {
      const router = routerWith(express, (inner) => inner.use('/users', goOn).param('id', notFound).get(['/u', '/users/:id'], ok));
      app.use('/in/:realm', goOn, router);
    },
    path: '/in/eu/users/7',
    status: 404,
    route: '/in/:realm/users/:id',
  },
  {
    title: 'a route behind one that has gone on whose parameter fails',
    build(app) {
      app.param('name', fail);
      app.get('/users/:id', goOn);
      app.get('/users/:name', ok);
    },
    path: '/users/7',
    status: 500,
    route: '/users/:name',
  },
  {
    title: 'a route of a mounted application whose parameter fails',
    build(app, express) {
      const admin = express();
      admin.set('env', 'test').param('id', fail);
      admin.use(goOn);
      admin.get('/users/:id', ok);
      app.use('/admin/:realm', admin);
    },
    path: '/admin/eu/users/7',
    status: 500,
    route: '/admin/:realm/users/:id',
  },
  {
    title: 'an error behind a route that has gone on',
    build(app) {
      app.get('/users/:id', goOn);
      app.use(fail);
    },
    path: '/users/7',
    status: 500,
    route: undefined,
  },
  {
    title: 'a mount whose parameter fails',
    build(app, express) {
      app.param('realm', fail);
      app.use('/in/:realm', routerWith(express, (inner) => inner.get('/x', ok)));
    },
    path: '/in/eu/x',
    status: 500,
    route: undefined,
  },
];

describeRoutes(CASES);
