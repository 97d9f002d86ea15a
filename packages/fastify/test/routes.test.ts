import { Readable } from 'node:stream';
import { verifies } from '@otelier/testkit';
import type { FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { fastifyBench, type Build } from './bench.js';

interface RouteCase {
  readonly title: string;
  readonly build: Build;
  readonly options?: FastifyServerOptions;
  readonly path: string;
  readonly method?: 'GET' | 'HEAD' | 'OPTIONS';
  readonly headers?: Record<string, string>;
  /** @default 200 */
  readonly status?: number;
  /** `undefined` where no route matches. */
  readonly route: string | undefined;
}

const ok = async (): Promise<object> => ({});
const missing = (_request: FastifyRequest, reply: FastifyReply): unknown => reply.code(404).send({});

const CASES: readonly RouteCase[] = [
  {
    title: 'nested prefixes with parameters',
    build: (app) =>
      app.register(
        async (outer) => {
          await outer.register(async (inner) => inner.get('/orders/:order', ok), { prefix: '/shops/:shop' });
        },
        { prefix: '/v1/:tenant' },
      ),
    path: '/v1/acme/shops/7/orders/9?x=1',
    route: '/v1/:tenant/shops/:shop/orders/:order',
  },
  {
    title: 'the root of a prefix',
    build: (app) => app.register(async (scope) => scope.get('/', ok), { prefix: '/api' }),
    path: '/api',
    route: '/api',
  },
  { title: 'a wildcard', build: (app) => app.get('/files/*', ok), path: '/files/a/b', route: '/files/*' },
  {
    title: 'a parameter with a regular expression',
    build: (app) => app.get('/users/:id(^\\d+$)', ok),
    path: '/users/7',
    route: '/users/:id(^\\d+$)',
  },
  { title: 'two parameters in a segment', build: (app) => app.get('/:from-:to', ok), path: '/a-b', route: '/:from-:to' },
  { title: 'an optional parameter', build: (app) => app.get('/users/:id?', ok), path: '/users', route: '/users/:id?' },
  {
    title: 'HEAD answered by a GET route',
    build: (app) => app.get('/users/:id', ok),
    path: '/users/7',
    method: 'HEAD',
    route: '/users/:id',
  },
  {
    title: 'a constrained route',
    build(app) {
      app.get('/users/:id', ok);
      app.route({ method: 'GET', url: '/users/:name', constraints: { version: '2.0.0' }, handler: ok });
    },
    path: '/users/7',
    headers: { 'accept-version': '2.0.0' },
    route: '/users/:name',
  },
  {
    title: 'a percent-encoded path',
    build: (app) => app.get('/users/:id', ok),
    path: '/users/%2f%20x',
    route: '/users/:id',
  },
  {
    title: 'expressions and text in one segment',
    build: (app) => app.get('/at/:hour(^\\d{2})h:minute(^\\d{2})m', ok),
    path: '/at/10h20m',
    route: '/at/:hour(^\\d{2})h:minute(^\\d{2})m',
  },
  { title: 'a wildcard for everything', build: (app) => app.get('*', ok), path: '/any/thing', route: '*' },
  {
    title: 'a wildcard below a prefix with a parameter',
    build: (app) => app.register(async (scope) => scope.get('/*', ok), { prefix: '/files/:tenant' }),
    path: '/files/acme/a/b',
    route: '/files/:tenant/*',
  },
  {
    title: 'a prefix that is met with a trailing slash',
    build: (app) => app.register(async (scope) => scope.get('/', { prefixTrailingSlash: 'both' }, ok), { prefix: '/api' }),
    path: '/api/',
    route: '/api',
  },
  {
    title: 'a path in another case',
    options: { routerOptions: { caseSensitive: false } },
    build: (app) => app.get('/Users/:id', ok),
    path: '/uSERS/7',
    route: '/Users/:id',
  },
  {
    title: 'a path with slashes that are ignored',
    options: { routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true } },
    build: (app) => app.get('/users/:id', ok),
    path: '//users//7/',
    route: '/users/:id',
  },
  {
    title: 'the route of a host',
    build(app) {
      app.route({ method: 'GET', url: '/users/:id', constraints: { host: 'a.example' }, handler: ok });
      app.route({ method: 'GET', url: '/users/:name', constraints: { host: /^b\.example$/ }, handler: ok });
    },
    path: '/users/7',
    headers: { host: 'b.example' },
    route: '/users/:name',
  },
  {
    title: 'a version that no route has',
    build: (app) => app.route({ method: 'GET', url: '/users/:id', constraints: { version: '1.0.0' }, handler: ok }),
    path: '/users/7',
    headers: { 'accept-version': '2.x' },
    status: 404,
    route: undefined,
  },
  {
    title: 'a HEAD request whose stream is left out',
    build: (app) => app.get('/users/:id', (_request, reply) => reply.send(Readable.from(['body']))),
    path: '/users/7',
    method: 'HEAD',
    route: '/users/:id',
  },
  {
    title: 'a hook that answers in place of the handler',
    build: (app) => app.addHook('preHandler', (_request, reply) => reply.code(401).send({})).get('/users/:id', ok),
    path: '/users/7',
    status: 401,
    route: '/users/:id',
  },
  {
    title: 'a hook that answers where nothing is',
    build: (app) => app.addHook('onRequest', async (_request, reply) => reply.code(401).send({})),
    path: '/secret',
    status: 401,
    route: undefined,
  },
  { title: 'a 404', build: (app) => app.get('/x', ok), path: '/secret', status: 404, route: undefined },
  {
    title: 'a 404 handler of a prefix with a hook of its own',
    build: (app) =>
      app.register(
        async (scope) => {
          scope.setNotFoundHandler({ preHandler: (_request, _reply, done) => done() }, missing);
        },
        { prefix: '/api/:tenant' },
      ),
    path: '/api/acme/secret',
    status: 404,
    route: undefined,
  },
  {
    title: 'a 404 handler that fails',
    build: (app) =>
      app.setNotFoundHandler(() => {
        throw new Error('nothing to say');
      }),
    path: '/secret',
    status: 500,
    route: undefined,
  },
  {
    title: 'a URL that is rewritten to where nothing is',
    options: { rewriteUrl: () => '/nowhere' },
    build: (app) => app.get('/users/:id', ok),
    path: '/users/7',
    status: 404,
    route: undefined,
  },
  {
    title: 'a 404 answered by the handler of a prefix',
    build: (app) =>
      app.register(
        async (scope) => {
          scope.setNotFoundHandler(missing);
          scope.get('/x', ok);
        },
        { prefix: '/api' },
      ),
    path: '/api/secret',
    status: 404,
    route: undefined,
  },
  {
    title: 'a route that hands over to the 404 handler',
    build: (app) => app.get('/users/:id', (_request, reply) => reply.callNotFound()),
    path: '/users/7',
    status: 404,
    route: '/users/:id',
  },
  {
    title: 'a method that has no route',
    build: (app) => app.get('/users/:id', ok),
    path: '/users/7',
    method: 'OPTIONS',
    status: 404,
    route: undefined,
  },
];

const bench = fastifyBench();

for (const { title, build, options, path, method = 'GET', headers = {}, status = 200, route } of CASES) {
  const what = route === undefined ? 'gives no route' : 'gives the whole template';
  verifies(['R1', 'R2'], `${what} for ${title}`, async () => {
    const { answer, span } = await bench.ask(build, path, { method, headers }, options);
    expect([answer.status, span.attributes['http.route']]).toEqual([status, route]);
    expect(span.name).toBe(route === undefined ? method : `${method} ${route}`);
  });
}
