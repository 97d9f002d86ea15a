import { SpanStatusCode } from '@opentelemetry/api';
import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { exceptionsOf, send, serverSpan } from '@otelier/testkit/conformance';
import type { Express, NextFunction, Request, Response } from 'express';
import { expressBench, serve } from './bench.js';
import { EXPRESS_VERSIONS, type ExpressLibrary } from './express-versions.js';

class StockError extends Error {}

interface ErrorCase {
  readonly title: string;
  readonly build: (app: Express, express: ExpressLibrary) => void;
  readonly status: number;
  readonly errorType: string | undefined;
  /** The messages of the events. */
  readonly messages: readonly (string | undefined)[];
  readonly route?: string;
}

const fail = (): never => {
  throw new StockError('none left');
};
const pass = (error: unknown, _request: Request, _response: Response, next: NextFunction): void => next(error);
const answer =
  (status: number) =>
  (_error: unknown, _request: Request, response: Response, _next: NextFunction): void =>
    void response.status(status).end();

const CASES: readonly ErrorCase[] = [
  {
    title: 'an error in middleware before the routes',
    build: (app) => void app.use(fail).get('/x', () => {}),
    status: 500,
    errorType: 'StockError',
    messages: ['none left'],
  },
  {
    title: 'an error that several error handlers pass on',
    build: (app) => void app.get('/x', fail, pass).use(pass, pass, answer(503)),
    status: 503,
    errorType: 'StockError',
    messages: ['none left'],
    route: '/x',
  },
  {
    title: "an error that a router's own error handler answers",
    build: (app, express) => void app.use('/', express.Router().get('/x', fail).use(answer(502))),
    status: 502,
    errorType: 'StockError',
    messages: ['none left'],
    route: '/x',
  },
  {
    title: 'an error that is replaced by another',
    build(app) {
      app.get('/x', fail);
      app.use((_error: unknown, _request: Request, _response: Response, next: NextFunction) => {
        next(new TypeError('replaced'));
      });
    },
    status: 500,
    errorType: 'TypeError',
    messages: ['none left', 'replaced'],
    route: '/x',
  },
  {
    title: 'a text that is thrown',
    build(app) {
      app.get('/x', () => {
        throw 'just a text';
      });
    },
    status: 500,
    errorType: '500',
    messages: ['just a text'],
    route: '/x',
  },
  {
    title: 'an error that an error handler recovers from',
    build(app) {
      app.use(fail);
      app.use((_error: unknown, _request: Request, _response: Response, next: NextFunction) => next());
      app.get('/x', (_request, response) => void response.end());
    },
    status: 200,
    errorType: undefined,
    messages: ['none left'],
    route: '/x',
  },
  {
    title: 'an error that is answered with 404',
    build: (app) => void app.get('/x', fail).use(answer(404)),
    status: 404,
    errorType: undefined,
    messages: [],
    route: '/x',
  },
  {
    title: 'an error of the client',
    build: (app) => void app.get('/x', (_r, _s, next) => next(Object.assign(new Error('bad'), { status: 400 }))),
    status: 400,
    errorType: undefined,
    messages: [],
    route: '/x',
  },
  {
    title: 'an error of status 404 that is answered with 500',
    build: (app) => void app.get('/x', (_r, _s, next) => next(Object.assign(new StockError('gone'), { status: 404 }))).use(answer(500)),
    status: 500,
    errorType: 'StockError',
    messages: ['gone'],
    route: '/x',
  },
  {
    title: 'an error that is answered with 200',
    build: (app) => void app.get('/x', fail).use(answer(200)),
    status: 200,
    errorType: undefined,
    messages: ['none left'],
    route: '/x',
  },
  {
    title: 'an error whose own status is 200',
    build: (app) => void app.get('/x', (_r, _s, next) => next(Object.assign(new StockError('fine'), { status: 200 }))),
    status: 500,
    errorType: 'StockError',
    messages: ['fine'],
    route: '/x',
  },
  {
    title: 'an error of status 503',
    build: (app) => void app.get('/x', (_r, _s, next) => next(Object.assign(new StockError('busy'), { statusCode: 503 }))),
    status: 503,
    errorType: 'StockError',
    messages: ['busy'],
    route: '/x',
  },
  {
    title: 'one error that is passed on and thrown again and again',
    build(app) {
      const again = (error: unknown): never => {
        throw error;
      };
      app.get('/x', fail, pass);
      app.use((error: unknown, _request: Request, _response: Response, _next: NextFunction) => again(error));
      app.use((error: unknown, _request: Request, _response: Response, _next: NextFunction) => again(error));
    },
    status: 500,
    errorType: 'StockError',
    messages: ['none left'],
    route: '/x',
  },
  {
    title: "an error that a route's own error handler answers",
    build: (app) => void app.get('/x', fail, answer(502)),
    status: 502,
    errorType: 'StockError',
    messages: ['none left'],
    route: '/x',
  },
  {
    title: "a 5xx behind a route that was left by next('route')",
    build(app) {
      app.get('/x', (_request, _response, next) => next('route'));
      app.get('/x', (_request, response) => void response.status(503).end());
    },
    status: 503,
    errorType: '503',
    messages: [],
    route: '/x',
  },
  {
    title: 'a 5xx without an error',
    build: (app) => void app.get('/x', (_request, response) => void response.status(503).end()),
    status: 503,
    errorType: '503',
    messages: [],
    route: '/x',
  },
];

/** Express's own answer to an error shows where it was thrown, and what it went through. */
function withoutStack(html: string): string {
  return html.replace(/<br> &nbsp; &nbsp;at .*(?=<\/pre>)/, '');
}

describe.each(EXPRESS_VERSIONS)('%s', (_name, express) => {
  const bench = expressBench();

  function application(): Express {
    const app = express();
    // Express writes unanswered errors to the console otherwise.
    app.set('env', 'test');
    return app;
  }

  for (const { title, build, status, errorType, messages, route } of CASES) {
    verifies(['R5', 'R6'], `records ${title} as it ended`, async () => {
      const bare = application();
      build(bare, express);
      const app = application();
      app.use(otelMiddleware());
      build(app, express);
      const plain = await serve(bare, bench.telemetry);
      const expected = await send(plain.server, '/x');
      await plain.server.close();
      const { answer: given, span } = await bench.ask(app, '/x');
      expect([given.status, withoutStack(given.text)]).toEqual([status, withoutStack(expected.text)]);
      expect(span.attributes['error.type']).toBe(errorType);
      expect(exceptionsOf(span).map((event) => event['exception.message'])).toEqual(messages);
      expect(span.status.code).toBe(status >= 500 ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
      expect(span.attributes['http.route']).toBe(route);
    });
  }

  verifies(['R6', 'R8'], 'records an error that comes when the answer has begun, and keeps the code that was sent', async () => {
    const app = application();
    app.use(otelMiddleware());
    app.get('/x', (_request, response, next) => {
      response.status(201).write('begun');
      setImmediate(() => next(new StockError('too late')));
    });
    const running = await serve(app, bench.telemetry);
    await expect(send(running.server, '/x')).rejects.toThrow('aborted');
    const span = await serverSpan(running);
    await running.server.close();
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 201, 'error.type': 'StockError' });
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too late' });
    expect(exceptionsOf(span)).toHaveLength(1);
  });
});
