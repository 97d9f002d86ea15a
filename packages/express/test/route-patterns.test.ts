import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { expressBench } from './bench.js';
import { EXPRESS_VERSIONS } from './express-versions.js';
import { describeRoutes, ok, routerWith, type RouteCase } from './route-cases.js';

const CASES: readonly RouteCase[] = [
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
    title: 'a path with a trailing slash',
    build: (app, express) => void app.use('/Api/:t', routerWith(express, (router) => router.get('/USERS/:id', ok))),
    path: '/Api/A/USERS/7/',
    route: '/Api/:t/USERS/:id',
  },
  {
    title: 'the member of nested lists that matched',
    only: '4',
    build: (app) => void app.get(['/a', ['/b/:id', [/^\/c(\d)$/]]] as never, ok),
    path: '/c5',
    route: '^\\/c(\\d)$',
  },
  {
    title: 'a regular expression in any case, with a named group',
    build: (app) => void app.get(/^\/FILES\/(?<name>.+)$/i, ok),
    path: '/files/secret',
    route: '^\\/FILES\\/(?<name>.+)$',
  },
  {
    title: 'a mount that is a regular expression',
    build: (app, express) => void app.use(/^\/t\d+/, routerWith(express, (router) => router.get('/x/:id', ok))),
    path: '/t77/x/7',
    route: '^\\/t\\d+/x/:id',
    routeOn: { 'express 5 with router 2.2': '/*/x/:id' },
  },
  {
    title: 'a mount below one that is a regular expression',
    build(app, express) {
      const inner = routerWith(express, (router) => router.get('/x/:id', ok));
      app.use(/^\/t\d+/, routerWith(express, (router) => router.use('/:realm', inner)));
    },
    path: '/t77/eu/x/7',
    route: '^\\/t\\d+/:realm/x/:id',
    routeOn: { 'express 5 with router 2.2': '/*/:realm/x/:id' },
  },
  {
    title: 'the text of a list of mounts that has a regular expression too',
    only: '5',
    build: (app, express) => void app.use(['/y/:b', /^\/r\d+/], routerWith(express, (router) => router.get('/z', ok))),
    path: '/y/7/z',
    route: '/y/:b/z',
  },
  {
    title: 'a path in strict and case-sensitive routing',
    build(app) {
      app.enable('strict routing').enable('case sensitive routing');
      app.get('/USERS/:id/', ok);
    },
    path: '/USERS/7/',
    route: '/USERS/:id/',
  },
  {
    title: 'a path of two slashes',
    build: (app) => void app.get('//users/:id', ok),
    path: '//users/7',
    route: '//users/:id',
  },
  {
    title: 'optional parameters and wildcards',
    only: '4',
    build: (app, express) => void app.use('/a/:b?', routerWith(express, (router) => router.get('/c/:d?/*', ok))),
    path: '/a/1/c/x/y',
    route: '/a/:b?/c/:d?/*',
  },
  {
    title: 'a parameter with an expression of its own',
    only: '4',
    build: (app) => void app.get('/users/:id(\\d+)/:rest(.*)', ok),
    path: '/users/7/a/b',
    route: '/users/:id(\\d+)/:rest(.*)',
  },
  {
    title: 'groups without a name',
    only: '4',
    build: (app) => void app.get('/ab(cd)?e/(x|y)', ok),
    path: '/abcde/y',
    route: '/ab(cd)?e/(x|y)',
  },
  {
    title: 'optional parts and wildcards',
    only: '5',
    build: (app, express) => void app.use('/a/*rest/end', routerWith(express, (router) => router.get('/c{/:d}/*all', ok))),
    path: '/a/1/2/end/c/x/y',
    route: '/a/*rest/end/c{/:d}/*all',
  },
];

describeRoutes(CASES);

describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();

  verifies('R2', 'gives one template for all spellings of a path', async () => {
    const app = express();
    app.use(otelMiddleware());
    app.use('/Api/:t', routerWith(express, (router) => router.get('/USERS/:id', ok)));
    const routes = [];
    for (const path of ['/Api/A/USERS/7', '/aPI/A/uSERS/7', '/api/A/users/7']) {
      routes.push((await bench.ask(app, path)).span.attributes['http.route']);
      await bench.telemetry.clear();
    }
    expect(routes).toEqual(Array(3).fill('/Api/:t/USERS/:id'));
  });
});
