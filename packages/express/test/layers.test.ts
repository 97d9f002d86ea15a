import { setTimeout as wait } from 'node:timers/promises';
import { withSpan } from '@otelier/core';
import { otelErrorMiddleware, otelMiddleware } from '@otelier/express';
import { countSubscriptions, verifies } from '@otelier/testkit';
import {
  BoomError,
  endsBefore,
  exceptionsOf,
  isInternalSpan,
  nextBegins,
  send,
  sendAndLeave,
  serverSpan,
  spanTree,
  type Sending,
} from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { ErrorRequestHandler, Express, NextFunction, Request, Response } from 'express';
import { expressBench, serve, type ExpressBench } from './bench.js';
import { EXPRESS_VERSIONS, type ExpressLibrary } from './express-versions.js';

function sync(_request: Request, _response: Response, next: NextFunction): void {
  withSpan('in sync', () => {});
  next();
}

async function asynchronous(_request: Request, _response: Response, next: NextFunction): Promise<void> {
  await withSpan('in asynchronous', () => wait(2));
  next();
}

function later(_request: Request, _response: Response, next: NextFunction): void {
  setTimeout(() => {
    withSpan('in later', () => {});
    next();
  }, 2);
}

const answer = (_request: Request, response: Response): void => void response.json({});

const onError: ErrorRequestHandler = function onError(_error, _request, response, _next) {
  withSpan('in onError', () => {});
  response.status(500).json({});
};

function layered(express: ExpressLibrary): Express {
  const app = express();
  app.use(otelMiddleware({ layers: true }));
  return app;
}

/** Sends one request and returns all of its spans. */
async function spansOf(bench: ExpressBench, app: Express, path: string, sending?: Sending): Promise<readonly ReadableSpan[]> {
  await bench.ask(app, path, sending);
  return bench.telemetry.spans();
}

function named(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const found = spans.filter((span) => span.name === name);
  expect(found).toHaveLength(1);
  return found[0] as ReadableSpan;
}

// First in this file: what is subscribed stays.
describe('the channel of the routers', () => {
  const [, express] = EXPRESS_VERSIONS[0] as (typeof EXPRESS_VERSIONS)[number];
  const bench = expressBench();

  verifies('R23', 'is asked for its further events only when layers get spans', async () => {
    const events = ['end', 'asyncStart'].map((event) => countSubscriptions(`tracing:express.router.request:${event}`));
    const counts = (): number[] => events.map(({ count }) => count);
    const plain = express();
    plain.use(otelMiddleware(), sync, answer);
    expect(await spansOf(bench, plain, '/')).toHaveLength(2);
    expect(counts()).toEqual([0, 0]);
    otelMiddleware({ layers: true });
    otelMiddleware({ layers: true });
    expect(counts()).toEqual([1, 1]);
    events.forEach((event) => event.stop());
  });
});

describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();

  verifies('R23', 'shows middleware one after the other, each as long as its own work', async () => {
    const app = layered(express);
    app.use(sync, asynchronous, later, (_request, _response, next) => next(), answer);
    const spans = await spansOf(bench, app, '/');
    expect(spanTree(spans.filter((span) => !span.name.startsWith('in ')))).toEqual([
      'GET',
      '  middleware sync',
      '  middleware asynchronous',
      '  middleware later',
      '  middleware',
      '  middleware answer',
    ]);
    const layers = spans.filter((span) => span.name.startsWith('middleware'));
    expect(nextBegins(layers)).toBe(true);
    // It has answered before the answer is through.
    expect(named(spans, 'middleware answer').endTime).not.toEqual(named(spans, 'GET').endTime);
    const order = spans.map((span) => span.name);
    for (const name of ['sync', 'asynchronous', 'later']) {
      const inner = named(spans, `in ${name}`);
      expect(inner.parentSpanContext?.spanId).toBe(named(spans, `middleware ${name}`).spanContext().spanId);
      expect(order.indexOf(`in ${name}`)).toBeLessThan(order.indexOf(`middleware ${name}`));
    }
  });

  verifies('R23', 'encloses the layers of a router in that of the router, wherever it is mounted', async () => {
    const app = layered(express);
    const outer = express.Router();
    const inner = express.Router({ mergeParams: true });
    const admin = express();
    inner.use(sync);
    inner.get('/orders/:order', sync, answer);
    outer.use('/:tenant', inner);
    outer.use(asynchronous);
    admin.get('/users', answer);
    app.use('/api', outer);
    app.use('/admin', admin);
    app.use(later, answer);
    const layers = (spans: readonly ReadableSpan[]): readonly string[] =>
      spanTree(spans.filter(({ name }) => !/^in |query$|expressInit$/.test(name)));
    expect(layers(await spansOf(bench, app, '/api/acme/orders/7'))).toEqual([
      'GET /api/:tenant/orders/:order',
      '  router /api',
      '    router /api/:tenant',
      '      middleware sync',
      '      handler /api/:tenant/orders/:order',
      '      handler /api/:tenant/orders/:order',
    ]);
    await bench.telemetry.clear();
    expect(layers(await spansOf(bench, app, '/api/acme/nothing'))).toEqual([
      'GET',
      '  router /api',
      '    router /api/:tenant',
      '      middleware sync',
      '    middleware asynchronous',
      '  middleware later',
      '  middleware answer',
    ]);
    await bench.telemetry.clear();
    const spans = await spansOf(bench, app, '/admin/users');
    expect(layers(spans)).toEqual(['GET /admin/users', '  router /admin', '    handler /admin/users']);
    expect(named(spans, 'router /admin').attributes).toEqual({ 'express.type': 'router', 'http.route': '/admin' });
    expect(named(spans, 'handler /admin/users').attributes).toEqual({
      'express.type': 'request_handler',
      'code.function.name': 'answer',
      'http.route': '/admin/users',
    });
  });

  verifies('R23', 'shows no error handler that is not called', async () => {
    const app = layered(express);
    app.use(onError);
    app.get('/', answer);
    app.use(onError);
    expect(spanTree(await spansOf(bench, app, '/'))).toEqual(['GET /', '  handler /']);
  });

  verifies(['R12', 'R23'], 'leaves a middleware before the callback of a parameter is called', async () => {
    const app = layered(express);
    app.use(sync);
    app.param('id', (_request, _response, next) => {
      withSpan('in load', () => {});
      next();
    });
    app.get('/users/:id', answer);
    const spans = await spansOf(bench, app, '/users/7');
    const { spanId } = named(spans, 'middleware sync').spanContext();
    expect(named(spans, 'in load').parentSpanContext?.spanId).not.toBe(spanId);
  });

  verifies('R23', 'leaves a route, and a router, that its handlers leave', async () => {
    const app = layered(express);
    const router = express.Router();
    router.get('/users', (_request, _response, next) => next('route'), answer);
    router.get('/users', (_request, _response, next) => next('router'), answer);
    app.use('/api', router);
    app.use(sync, answer);
    const spans = await spansOf(bench, app, '/api/users');
    expect(spanTree(spans.filter(({ name }) => !name.startsWith('in ')))).toEqual([
      'GET',
      '  router /api',
      '    handler /api/users',
      '    handler /api/users',
      '  middleware sync',
      '  middleware answer',
    ]);
    expect(spans.filter((span) => span.events.length > 0)).toEqual([]);
  });

  verifies(['R12', 'R23'], 'keeps what comes behind a body parser within its router', async () => {
    const app = layered(express);
    const router = express.Router();
    router.use(express.json());
    router.post('/', (request: Request, response) => void response.json(request.body as object));
    app.use('/api', router);
    const body = '{"a":1}';
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    expect(spanTree(await spansOf(bench, app, '/api', { method: 'POST', headers, body }))).toEqual([
      'POST /api',
      '  router /api',
      '    middleware jsonParser',
      '    handler /api',
    ]);
  });

  verifies(['R12', 'R23'], 'keeps what the application puts around the layers that it goes on to', async () => {
    const app = layered(express);
    app.use(function around(_request, _response, next) {
      withSpan('around the rest', () => next());
    });
    app.get('/', answer);
    const spans = await spansOf(bench, app, '/');
    const { spanId } = named(spans, 'around the rest').spanContext();
    expect(named(spans, 'handler /').parentSpanContext?.spanId).toBe(spanId);
    expect(nextBegins([named(spans, 'middleware around'), named(spans, 'handler /')])).toBe(true);
  });

  it.each([
    ['a middleware that throws', 'middleware fail', 'sync'],
    ['a middleware that passes an error on later', 'middleware fail', 'later'],
    ['a handler that throws', 'handler /fail', 'sync'],
    ['a handler that passes an error on later', 'handler /fail', 'later'],
  ])('records an error on the layer of %s alone [R6, R23]', async (_kind, name, when) => {
    const app = layered(express);
    const router = express.Router();
    function fail(_request: Request, _response: Response, next: NextFunction): void {
      if (when === 'sync') {
        throw new BoomError('broken');
      }
      setImmediate(() => next(new BoomError('broken')));
    }
    if (name.startsWith('middleware')) {
      router.use(fail);
    } else {
      router.get('/fail', fail);
    }
    app.use(router);
    app.use(onError);
    const spans = await spansOf(bench, app, '/fail');
    const failed = spans.filter((span) => span.events.length > 0).map((span) => span.name);
    expect(failed).toEqual([name, name.startsWith('handler') ? 'GET /fail' : 'GET']);
    expect(exceptionsOf(named(spans, name))).toHaveLength(1);
    expect(spanTree(spans)).toEqual([
      `${failed[1]} ! BoomError`,
      '  router',
      `    ${name} ! BoomError`,
      '  error handler onError',
      '    in onError',
    ]);
  });

  verifies(['R6', 'R23'], 'records on an error handler what it throws itself, and not what it passes on', async () => {
    const app = layered(express);
    app.get('/', function fail() {
      throw new BoomError('first');
    });
    app.use(otelErrorMiddleware());
    app.use(function passesOn(error, _request, _response, next) {
      next(error);
    } satisfies ErrorRequestHandler);
    app.use(function replaces(_error, _request, _response, _next) {
      throw new RangeError('second');
    } satisfies ErrorRequestHandler);
    app.use(onError);
    expect(spanTree(await spansOf(bench, app, '/'))).toEqual([
      'GET / ! RangeError',
      '  handler / ! BoomError',
      '  error handler passesOn',
      '  error handler replaces ! RangeError',
      '  error handler onError',
      '    in onError',
    ]);
  });

  verifies(['R7', 'R23'], 'keeps a handler open until it has streamed its answer', async () => {
    const app = layered(express);
    app.get('/', function stream(_request, response) {
      response.write('begun');
      setTimeout(() => withSpan('last part', () => response.end()), 2);
    });
    const spans = await spansOf(bench, app, '/');
    const order = spans.map((span) => span.name);
    expect(order).toEqual(['last part', 'handler /', 'GET /']);
    expect(spanTree(spans)).toEqual(['GET /', '  handler /', '    last part']);
  });

  verifies('R23', 'waits for a middleware whose promise is no sign that it has gone on', async () => {
    const app = layered(express);
    // As Nest wraps the middleware of an application.
    app.use(async function wrapper(request: Request, response: Response, next: NextFunction) {
      later(request, response, next);
    });
    app.get('/', answer);
    const order = (await spansOf(bench, app, '/')).map((span) => span.name);
    expect(order).toEqual(['in later', 'middleware wrapper', 'handler /', 'GET /']);
  });

  verifies(['R8', 'R23'], 'ends the layer in which the client leaves with the request', async () => {
    const app = layered(express);
    const router = express.Router();
    router.use(function never() {});
    app.use('/api', router);
    const running = await serve(app, bench.telemetry);
    await sendAndLeave(running.server, '/api', 'before-headers');
    const server = await serverSpan(running);
    await running.server.close();
    const layers = bench.telemetry.spans().filter(isInternalSpan);
    expect(layers.map((span) => span.name)).toEqual(['middleware never', 'router /api']);
    expect(layers.map((span) => span.endTime)).toEqual([server.endTime, server.endTime]);
    expect(layers.every((span) => endsBefore(span, server))).toBe(true);
  });

  verifies(['R13', 'R23'], 'makes no span of layers for a second application that wants none', async () => {
    const plain = express();
    plain.use(otelMiddleware(), sync);
    plain.get('/', answer);
    const [one, two] = await Promise.all([layered(express).use(sync, answer), plain].map((app) => serve(app, bench.telemetry)));
    await Promise.all([one, two].map((running) => running && send(running.server, '/')));
    const spans = await bench.telemetry.waitFor((all) => all.length === 6);
    await Promise.all([one, two].map((running) => running?.server.close()));
    expect(spanTree(spans).toSorted()).toEqual(
      ['GET', '  middleware sync', '    in sync', '  middleware answer', 'GET /', '  in sync'].toSorted(),
    );
  });
});

describe('express 5', () => {
  const [, express] = EXPRESS_VERSIONS[0] as (typeof EXPRESS_VERSIONS)[number];
  const bench = expressBench();

  verifies('R23', 'shows the callback of a parameter, as its routers tell of it', async () => {
    const app = layered(express);
    app.param('id', function load(_request, _response, next) {
      withSpan('in load', () => {});
      next();
    });
    app.get('/users/:id', sync, answer);
    const spans = await spansOf(bench, app, '/users/7');
    expect(spanTree(spans)).toEqual([
      'GET /users/:id',
      '  param id',
      '    in load',
      '  handler /users/:id',
      '    in sync',
      '  handler /users/:id',
    ]);
    expect(named(spans, 'param id').attributes).toEqual({ 'express.type': 'param', 'code.function.name': 'load' });
  });

  verifies(['R6', 'R23'], 'records the rejection of an async handler, and ends it there', async () => {
    const app = layered(express);
    app.get('/', async function fail() {
      await wait(1);
      throw new BoomError('async');
    });
    app.use(onError);
    const spans = await spansOf(bench, app, '/');
    expect(spanTree(spans)).toEqual(['GET / ! BoomError', '  handler / ! BoomError', '  error handler onError', '    in onError']);
    expect(nextBegins([named(spans, 'handler /'), named(spans, 'error handler onError')])).toBe(true);
  });

  verifies('R23', 'ends an async handler with its promise when it has begun to answer', async () => {
    const app = layered(express);
    app.get('/', async function begins(_request, response) {
      response.write('begun');
      setTimeout(() => withSpan('last part', () => response.end()), 5);
      await wait(1);
    });
    const order = (await spansOf(bench, app, '/')).map((span) => span.name);
    expect(order).toEqual(['handler /', 'last part', 'GET /']);
  });
});
