import { setTimeout as wait } from 'node:timers/promises';
import { withSpan } from '@otelier/core';
import otelPlugin, { type OtelPluginOptions } from '@otelier/fastify';
import { countSubscriptions, verifies } from '@otelier/testkit';
import {
  BoomError,
  exceptionsOf,
  isInternalSpan,
  isServerSpan,
  nextBegins,
  sendAndLeave,
  serverSpan,
  spanTree,
  TeapotError,
} from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type InjectOptions } from 'fastify';
import { fastifyBench, serve, type Build } from './bench.js';
import { FASTIFY_VERSIONS } from './fastify-versions.js';

const layers = { otel: { layers: true } };
const work = (name: string): Promise<void> => withSpan(`in ${name}`, () => wait(1));

function named(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const found = spans.filter((span) => span.name === name);
  expect(found).toHaveLength(1);
  return found[0] as ReadableSpan;
}

/** Hooks of every phase, each with work of its own. */
function addHooks(app: FastifyInstance): void {
  app.addHook('onRequest', async () => work('onRequest'));
  app.addHook('preParsing', async () => work('preParsing'));
  app.addHook('preValidation', (_request, _reply, done) => {
    setImmediate(() => {
      withSpan('in preValidation', () => {});
      done();
    });
  });
  app.addHook('preHandler', async () => work('preHandler'));
  app.addHook('preSerialization', async (_request, _reply, payload) => {
    await work('preSerialization');
    return payload;
  });
  app.addHook('onSend', async () => work('onSend'));
}

// First in this file: what is subscribed to once is so again with the next set-up.
describe('the channel of the handlers', () => {
  const bench = fastifyBench();

  verifies('R23', 'is subscribed to only when layers get spans, and once', async () => {
    const events = ['start', 'end', 'error'].map((event) => countSubscriptions(`tracing:fastify.request.handler:${event}`));
    const ask = async (options: OtelPluginOptions): Promise<readonly number[]> => {
      const app = fastify();
      await app.register(otelPlugin, options);
      app.get('/', ok);
      await app.inject('/');
      await app.close();
      return events.map(({ count }) => count);
    };
    expect(await ask({})).toEqual([0, 0, 0]);
    await bench.telemetry.waitFor((all) => all.length === 1);
    expect(await ask({ layers: true })).toEqual([1, 1, 1]);
    expect(await ask({ layers: true })).toEqual([1, 1, 1]);
    events.forEach((event) => event.stop());
  });
});

describe.each(FASTIFY_VERSIONS)('$name', (version) => {
  const bench = fastifyBench();

  async function createApp(build: Build, options: OtelPluginOptions = { layers: true }): Promise<FastifyInstance> {
    const app = version.fastify({ forceCloseConnections: true });
    await app.register(otelPlugin, options);
    await build(app);
    return app;
  }

  /** Injects one request and returns all of its spans. */
  async function spansOf(build: Build, request: InjectOptions | string, options?: OtelPluginOptions): Promise<readonly ReadableSpan[]> {
    const app = await createApp(build, options);
    await app.inject(request);
    const spans = await bench.telemetry.waitFor((all) => all.some(isServerSpan));
    await app.close();
    return spans;
  }

  verifies(['R12', 'R23'], 'shows the phases that have hooks and the handler, one after the other, each around its own work', async () => {
    const spans = await spansOf(
      (app) => {
        addHooks(app);
        app.post('/users/:id', async function save() {
          await work('handler');
          return {};
        });
      },
      { method: 'POST', url: '/users/7', payload: { a: 1 } },
    );
    expect(spanTree(spans)).toEqual([
      'POST /users/:id',
      ...['onRequest', 'preParsing', 'preValidation', 'preHandler'].flatMap((phase) => [`  hook ${phase}`, `    in ${phase}`]),
      '  handler /users/:id',
      '    in handler',
      ...['preSerialization', 'onSend'].flatMap((phase) => [`  hook ${phase}`, `    in ${phase}`]),
    ]);
    const own = spans.filter((span) => /^(hook|handler)/.test(span.name));
    expect(nextBegins(own)).toBe(true);
    expect(named(spans, 'handler /users/:id').attributes).toEqual({
      'fastify.type': 'request-handler',
      'code.function.name': 'save',
      'http.route': '/users/:id',
    });
  });

  verifies('R23', 'shows no phase in which nothing but Otelier is hooked', async () => {
    const build: Build = (app) => {
      app.addHook('preHandler', function audit(_request, _reply, done) {
        done();
      });
      app.get('/', async () => ({}));
      app.get('/hooked', { onRequest: [async () => {}, async () => {}] }, async () => ({}));
    };
    const spans = await spansOf(build, '/');
    expect(spanTree(spans)).toEqual(['GET /', '  hook preHandler', '  handler /']);
    expect(named(spans, 'hook preHandler').attributes).toEqual({ 'fastify.type': 'hook', 'code.function.name': 'audit' });
    await bench.telemetry.clear();
    const hooked = await spansOf(build, '/hooked');
    expect(spanTree(hooked)).toEqual(['GET /hooked', '  hook onRequest', '  hook preHandler', '  handler /hooked']);
    expect(named(hooked, 'hook onRequest').attributes).toEqual({ 'fastify.type': 'hook' });
    await bench.telemetry.clear();
    expect(spanTree(await spansOf(build, { method: 'HEAD', url: '/' }))).toEqual(['HEAD /', '  hook preHandler', '  handler /']);
  });

  verifies('R23', 'shows the hooks of the instances around a route, and no others', async () => {
    const build: Build = (app) => {
      app.register(
        async (scope) => {
          scope.addHook('preHandler', async () => {});
          scope.get('/users', async () => ({}));
        },
        { prefix: '/api' },
      );
      app.get('/users', async () => ({}));
    };
    expect(spanTree(await spansOf(build, '/api/users'))).toEqual(['GET /api/users', '  hook preHandler', '  handler /api/users']);
    await bench.telemetry.clear();
    expect(spanTree(await spansOf(build, '/users'))).toEqual(['GET /users', '  handler /users']);
  });

  verifies(['R17', 'R23'], 'shows the layers of a single route that asks for them', async () => {
    const build: Build = (app) => {
      addHooks(app);
      app.get('/shown', { config: layers, preHandler: async () => {} }, async () => ({}));
      app.get('/plain', async () => ({}));
    };
    const shown = await spansOf(build, '/shown', {});
    expect(spanTree(shown.filter((span) => !span.name.startsWith('in ')))).toEqual([
      'GET /shown',
      '  hook onRequest',
      // Of the phases without a hook of Otelier's in front of all others only the route's own hooks.
      '  hook preHandler',
      '  handler /shown',
      '  hook onSend',
    ]);
    await bench.telemetry.clear();
    expect((await spansOf(build, '/plain', {})).filter(isInternalSpan).every(({ name }) => name.startsWith('in '))).toBe(true);
  });

  describe('handlers', () => {
    verifies('R23', 'are open until they answer, when they answer later', async () => {
      const spans = await spansOf(
        (app) =>
          app.get('/', function callback(_request, reply) {
            setTimeout(() => {
              withSpan('in callback', () => {});
              void reply.send({});
            }, 1);
          }),
        '/',
      );
      expect(spans.map((span) => span.name)).toEqual(['in callback', 'handler /', 'GET /']);
    });

    it.each([
      ['', (_request: FastifyRequest, reply: FastifyReply): void => void reply.send({})],
      [', though its promise is that of the reply', async (_request: FastifyRequest, reply: FastifyReply) => reply.send({})],
    ])('are over when they have answered and returned%s [R23]', async (_how, handler) => {
      const spans = await spansOf((app) => {
        app.addHook('onSend', async () => work('onSend'));
        app.get('/', (request, reply) => {
          const result = handler(request, reply);
          withSpan('behind the answer', () => {});
          return result;
        });
      }, '/');
      const order = spans.map((span) => span.name).filter((name) => name !== 'hook onSend');
      // What Fastify 4 calls within the handler, it does not tell apart from what comes behind it.
      const inOrder = ['behind the answer', 'handler /', 'in onSend', 'GET /'];
      expect(version.name === 'fastify 4' ? order.toSorted() : order).toEqual(
        version.name === 'fastify 4' ? inOrder.toSorted() : inOrder,
      );
    });

    verifies(['R7', 'R23'], 'are open until the end of an answer that they have taken over', async () => {
      const spans = await spansOf(
        (app) =>
          app.get('/', async (_request, reply) => {
            void reply.hijack();
            reply.raw.write('begun');
            await work('handler');
            reply.raw.end();
          }),
        '/',
      );
      expect(spans.map((span) => span.name)).toEqual(['in handler', 'handler /', 'GET /']);
    });

    verifies(['R8', 'R23'], 'end with the request when the client leaves', async () => {
      const running = await serve(await createApp((app) => app.get('/', () => new Promise(() => {}))), bench.telemetry);
      await sendAndLeave(running.server, '/', 'before-headers');
      const server = await serverSpan(running);
      await running.server.close();
      expect(named(bench.telemetry.spans(), 'handler /').endTime).toEqual(server.endTime);
    });
  });

  describe('errors', () => {
    const onError = async (): Promise<object> => {
      await work('error handler');
      return {};
    };

    it.each([
      ['a hook that throws', 'hook preHandler', (app: FastifyInstance) => app.addHook('preHandler', async () => boom()).get('/', ok)],
      [
        'a hook that passes an error on',
        'hook onRequest',
        (app: FastifyInstance) => app.addHook('onRequest', (_request, _reply, done) => done(new BoomError('broken'))).get('/', ok),
      ],
      ['a handler that throws', 'handler /', (app: FastifyInstance) => app.get('/', () => boom())],
      ['a handler that rejects', 'handler /', (app: FastifyInstance) => app.get('/', async () => boom())],
      [
        'a handler that sends an error',
        'handler /',
        (app: FastifyInstance) => app.get('/', (_request, reply) => void reply.send(new BoomError('broken'))),
      ],
    ])('are recorded on the layer of %s alone, and their handler is shown [R6, R23]', async (_kind, name, build) => {
      const spans = await spansOf((app) => {
        app.setErrorHandler(async function answers(_error, _request, reply) {
          reply.code(500);
          return onError();
        });
        build(app);
      }, '/');
      expect(spanTree(spans)).toEqual([
        'GET / ! BoomError',
        `  ${name} ! BoomError`,
        '  error handler answers',
        '    in error handler',
      ]);
      expect(exceptionsOf(named(spans, name))).toHaveLength(1);
      expect(exceptionsOf(named(spans, 'GET /'))).toHaveLength(1);
      expect(nextBegins([named(spans, name), named(spans, 'error handler answers')])).toBe(true);
    });

    verifies(['R5', 'R23'], 'leave no trace on a layer when they blame the client', async () => {
      const spans = await spansOf(
        (app) =>
          app.get('/', async () => {
            throw new TeapotError('short and stout');
          }),
        '/',
      );
      expect(spanTree(spans)).toEqual(['GET /', '  handler /']);
      expect(spans.flatMap((span) => span.events)).toEqual([]);
    });

    verifies('R23', "show the route's own error handler, and a hook of onError", async () => {
      const spans = await spansOf((app) => {
        app.addHook('onError', async () => work('onError'));
        app.addHook('onSend', async () => work('onSend'));
        app.get('/', { errorHandler: function own(_error, _request, reply) {
          void reply.code(500).send({});
        } }, async () => boom());
      }, '/');
      expect(nextBegins([named(spans, 'error handler own'), named(spans, 'hook onSend')])).toBe(true);
      expect(spanTree(spans)).toEqual([
        'GET / ! BoomError',
        '  handler / ! BoomError',
        '  hook onError',
        '    in onError',
        '  error handler own',
        '  hook onSend',
        '    in onSend',
      ]);
    });
  });

  verifies('R23', 'ends a hook that answers itself, and shows no handler', async () => {
    const spans = await spansOf((app) => {
      app.addHook('preHandler', async function answers(_request, reply) {
        await work('hook');
        return reply.code(202).send({});
      });
      app.get('/', ok);
    }, '/');
    expect(spanTree(spans)).toEqual(['GET /', '  hook preHandler', '    in hook']);
  });

  verifies(['R13', 'R23'], 'keeps the layers of requests in flight apart', async () => {
    const app = await createApp((instance) => {
      addHooks(instance);
      instance.get('/users/:id', async (request) => {
        await wait(Number((request.params as { id: string }).id) % 5);
        await work('handler');
        return {};
      });
    });
    await Promise.all(Array.from({ length: 50 }, (_, id) => app.inject(`/users/${id}`)));
    const spans = await bench.telemetry.waitFor((all) => all.filter(isServerSpan).length === 50);
    await app.close();
    const trees = spans.filter(isServerSpan).map((server) => {
      const { traceId } = server.spanContext();
      return spanTree(spans.filter((span) => span.spanContext().traceId === traceId)).join('\n');
    });
    expect(trees[0]?.split('\n')).toHaveLength(15);
    expect(new Set(trees).size).toBe(1);
  });

  // Fastify 4 does not tell of what its handlers return.
  if (version.name !== 'fastify 4') {
    verifies(['R6', 'R23'], 'records on an error handler what it rejects with', async () => {
      const spans = await spansOf((app) => {
        app.setErrorHandler(async function fails() {
          await work('error handler');
          throw new RangeError('second');
        });
        app.get('/', async () => boom());
      }, '/');
      expect(spanTree(spans).slice(1)).toEqual([
        '  handler / ! BoomError',
        '  error handler fails ! RangeError',
        '    in error handler',
      ]);
    });
  }
});

async function ok(): Promise<object> {
  return {};
}

function boom(): never {
  throw new BoomError('broken');
}
