import type { NextFunction, Request, Response } from 'express';
import { describeRoutes, goOn, ok, type RouteCase } from './route-cases.js';

// Which route a request has that an error took another way.
const CASES: readonly RouteCase[] = [
  {
    title: 'the route in which an error was thrown that a handler of another place answers',
    build(app) {
      app.get('/users/:id', () => {
        throw new Error('boom');
      });
      const handler = (_error: unknown, _request: Request, response: Response, _next: NextFunction): void =>
        void response.status(502).end();
      app.use('/:anything', handler);
    },
    path: '/users/7',
    status: 502,
    route: '/users/:id',
  },
  {
    title: 'a route that an error handler goes on to',
    build(app) {
      app.get('/users/:id', () => {
        throw new Error('boom');
      });
      app.use((_error: unknown, _request: Request, _response: Response, next: NextFunction) => next());
      app.get('/users/:name', ok);
    },
    path: '/users/7',
    route: '/users/:name',
  },
  {
    title: 'a 404 behind a route that an error handler went on to',
    build(app) {
      app.use(() => {
        throw new Error('boom');
      });
      app.use((_error: unknown, _request: Request, _response: Response, next: NextFunction) => next());
      app.get('/users/:id', goOn);
    },
    path: '/users/7',
    status: 404,
    route: undefined,
  },
  {
    title: 'a file that is missing where a route sends it',
    build: (app) => void app.get('/files/:name', (_request, response) => response.sendFile('/no/such/file')),
    path: '/files/7',
    status: 404,
    route: '/files/:name',
  },
  {
    title: 'a file that is missing where express.static() passes nothing on',
    build: (app, express) => void app.use('/files', express.static(__dirname, { fallthrough: false })),
    path: '/files/secret',
    status: 404,
    route: undefined,
  },
];

describeRoutes(CASES);
