import { otelMiddleware } from '@otelier/express';
import { verifies } from '@otelier/testkit';
import { exceptionsOf } from '@otelier/testkit/conformance';
import type { NextFunction, Request, Response } from 'express';
import { expressBench } from './bench.js';
import { EXPRESS_VERSIONS } from './express-versions.js';

const refuse = (): never => {
  throw new Error('not to be read');
};

/** The stack first: Node writes it, from the others, when it is asked for. */
const READ = ['stack', 'name', 'message', 'cause', 'constructor', 'status', 'statusCode', 'code'];

/** Values of which an application's own error handler reads nothing, by name. */
const HOSTILE: Readonly<Record<string, () => unknown>> = {
  'an object of which nothing can be read': () => new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse }),
  'an error all of whose properties throw': () =>
    Object.defineProperties(new Error('hostile'), Object.fromEntries(READ.map((name) => [name, { get: refuse }]))),
  'a symbol': () => Symbol('odd'),
  'a function': () => refuse,
  'an object without a prototype': () => Object.create(null) as object,
};

describe.each(EXPRESS_VERSIONS)('%s', (name, express) => {
  const bench = expressBench();

  for (const [title, create] of Object.entries(HOSTILE)) {
    verifies(['R6', 'X6'], `hands on ${title} unchanged and records it once`, async () => {
      const value = create();
      const same: boolean[] = [];
      const app = express();
      app.use(otelMiddleware());
      app.get('/users/:id', () => {
        throw value;
      });
      app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
        same.push(Object.is(error, value));
        response.status(500).end();
      });
      const { answer, span } = await bench.ask(app, '/users/7');
      expect([answer.status, span.attributes['http.route']]).toEqual([500, '/users/:id']);
      expect(same).toEqual([true]);
      expect(exceptionsOf(span)).toHaveLength(1);
    });
  }

  verifies(['R5', 'R6'], 'takes nothing for an error that Express does not', async () => {
    const app = express();
    app.set('env', 'test');
    app.use(otelMiddleware());
    for (const nothing of [undefined, null, 0, '', false, Number.NaN]) {
      app.use(() => {
        throw nothing;
      });
      app.use((_request, _response, next) => (next as (error: unknown) => void)(nothing));
    }
    app.get('/users/:id', (_request, response) => void response.json({}));
    const { answer, span } = await bench.ask(app, '/users/7');
    expect(answer.status).toBe(200);
    expect([span.attributes['http.route'], span.events]).toEqual(['/users/:id', []]);
  });

  if (name !== 'express 4') {
    verifies(['R5', 'R6'], 'records the error that Express makes of a rejection without a reason', async () => {
      const app = express();
      app.set('env', 'test');
      app.use(otelMiddleware());
      app.get('/users/:id', () => Promise.reject());
      const { answer, span } = await bench.ask(app, '/users/7');
      expect(answer.status).toBe(500);
      expect(exceptionsOf(span).map((event) => event['exception.message'])).toEqual(['Rejected promise']);
    });
  }
});
