import { SpanStatusCode } from '@opentelemetry/api';
import { verifies } from '@otelier/testkit';
import { exceptionsOf } from '@otelier/testkit/conformance';
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { fastifyBench, type Build } from './bench.js';

class StockError extends Error {}

const fail = (): never => {
  throw new StockError('none left');
};
const failLater = async (): Promise<never> => fail();
const replace = (): never => {
  throw new TypeError('replaced');
};
const replaceLater = async (): Promise<never> => replace();
const ok = async (): Promise<object> => ({ ok: true });

interface ErrorCase {
  readonly title: string;
  readonly build: Build;
  readonly request?: InjectOptions;
  readonly status: number;
  /** @default 'StockError' for 5xx */
  readonly errorType?: string;
  /** The messages of the events. @default ['none left'] for 5xx */
  readonly messages?: readonly string[];
}

const withHook = (name: 'preValidation' | 'preHandler' | 'preSerialization' | 'onSend' | 'onRequest' | 'preParsing'): ErrorCase[] =>
  [fail, failLater].map((hook) => ({
    title: `an error in ${name}, ${hook === fail ? 'called back' : 'rejected'}`,
    build(app) {
      if (hook === failLater) {
        app.addHook(name as 'onRequest', hook);
      } else {
        app.addHook(name as 'onRequest', (...call: unknown[]) => {
          (call.at(-1) as (error: Error) => void)(new StockError('none left'));
        });
      }
      app.get('/x', ok);
    },
    status: 500,
    // The answer to the error passes the hook too.
    ...(name === 'onSend' ? { messages: ['none left', 'none left'] } : {}),
  }));

const POST: InjectOptions = { method: 'POST', url: '/x', headers: { 'content-type': 'application/json' } };

const CASES: readonly ErrorCase[] = [
  ...withHook('onRequest'),
  ...withHook('preParsing'),
  ...withHook('preValidation'),
  ...withHook('preHandler'),
  ...withHook('preSerialization'),
  ...withHook('onSend'),
  { title: 'an error of the handler', build: (app) => app.get('/x', failLater), status: 500 },
  {
    title: 'an error that is sent',
    build: (app) => app.get('/x', (_request, reply) => reply.code(503).send(new StockError('none left'))),
    status: 503,
  },
  {
    title: 'an error that a custom error handler answers',
    build: (app) => app.setErrorHandler((_error, _request, reply) => reply.code(502).send({ sorry: true })).get('/x', fail),
    status: 502,
  },
  {
    title: 'an error that a custom error handler answers with 404',
    build: (app) => app.setErrorHandler((_error, _request, reply) => reply.code(404).send({})).get('/x', fail),
    status: 404,
  },
  {
    title: 'an error that an error handler answers with another',
    build(app) {
      app.setErrorHandler((_error, _request, reply) => reply.code(502).send(new TypeError('replaced')));
      app.get('/x', fail);
    },
    status: 502,
    errorType: 'TypeError',
    messages: ['none left', 'replaced'],
  },
  ...[replace, replaceLater].map((handler) => ({
    title: `an error in place of which an error handler ${handler === replace ? 'throws' : 'rejects with'} another`,
    build: (app: FastifyInstance) => app.setErrorHandler(handler).get('/x', fail),
    status: 500,
    errorType: 'TypeError',
    messages: ['none left', 'replaced'],
  })),
  {
    title: 'an error that each of several error handlers replaces',
    build(app) {
      app.setErrorHandler(() => {
        throw new RangeError('replaced twice');
      });
      return app.register(async (scope) => scope.setErrorHandler(replace).get('/x', fail));
    },
    status: 500,
    errorType: 'RangeError',
    messages: ['none left', 'replaced', 'replaced twice'],
  },
  {
    title: 'an error that an error handler throws again',
    build: (app) =>
      app
        .setErrorHandler((error) => {
          throw error;
        })
        .get('/x', fail),
    status: 500,
  },
  {
    title: "an error that a route's own error handler answers",
    build: (app) => app.get('/x', { errorHandler: (_error, _request, reply) => reply.code(504).send({}) }, fail),
    status: 504,
  },
  {
    title: 'an error that a custom error handler answers with 200',
    build: (app) => app.setErrorHandler((_error, _request, reply) => reply.code(200).send({})).get('/x', fail),
    status: 200,
    messages: ['none left'],
  },
  {
    title: 'an error of status 404 that is answered with 500',
    build(app) {
      app.setErrorHandler((_error, _request, reply) => reply.code(500).send({}));
      app.get('/x', () => {
        throw Object.assign(new StockError('none left'), { statusCode: 404 });
      });
    },
    status: 500,
  },
  {
    title: 'an error whose own status is 200',
    build: (app) =>
      app.get('/x', () => {
        throw Object.assign(new StockError('none left'), { statusCode: 200 });
      }),
    status: 500,
  },
  {
    title: 'an answer that does not fit its schema',
    build: (app) => app.get('/x', { schema: { response: { 200: { type: 'object', required: ['a'] } } } }, ok),
    status: 500,
    errorType: 'Error',
    messages: ['"a" is required!'],
  },
  {
    title: 'a handler that takes too long',
    build: (app) => app.get('/x', { handlerTimeout: 20 }, () => new Promise(() => {})),
    status: 503,
    errorType: 'FastifyError',
    messages: ["Request timed out after 20 ms on route '/x'"],
  },
  {
    title: 'nothing that is thrown',
    build(app) {
      app.get('/x', async () => {
        throw undefined;
      });
    },
    status: 500,
    errorType: '500',
    messages: ['undefined'],
  },
  {
    title: 'a body that does not fit its schema',
    build: (app) => app.post('/x', { schema: { body: { type: 'object', required: ['a'] } } }, ok),
    request: { ...POST, payload: '{}' },
    status: 400,
  },
  {
    title: 'a body that is no JSON',
    build: (app) => app.post('/x', ok),
    request: { ...POST, payload: '{' },
    status: 400,
  },
  {
    title: 'a body of a type that nobody parses',
    build: (app) => app.post('/x', ok),
    request: { ...POST, payload: 'a', headers: { 'content-type': 'application/unknown' } },
    status: 415,
  },
  {
    title: 'a text that is thrown',
    build(app) {
      app.get('/x', async () => {
        throw 'just a text';
      });
    },
    status: 500,
    errorType: '500',
    messages: ['just a text'],
  },
];

const bench = fastifyBench();

for (const { title, build, request = { url: '/x' }, status, ...expected } of CASES) {
  const failed = status >= 500;
  const { errorType = failed ? 'StockError' : undefined, messages = failed ? ['none left'] : [] } = expected;
  verifies(['R5', 'R6'], `records ${title} as it ended`, async () => {
    const bare = fastify();
    await build(bare);
    const plain = await bare.inject(request);
    const observed = await bench.inject(build, request);
    expect([observed.status, observed.text]).toEqual([status, plain.body]);
    const { span } = observed;
    expect(span.attributes['error.type']).toBe(errorType);
    expect(exceptionsOf(span).map((event) => event['exception.message'])).toEqual(messages);
    expect(span.status.code).toBe(failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
    expect(span.attributes['http.route']).toBe('/x');
  });
}
