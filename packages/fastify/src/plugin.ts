import {
  checkRequestOptions,
  ensureOtel,
  observationOf,
  observeRequest,
  reportInternalError,
  reportProblem,
  type RequestObservation,
  type RequestOptions,
} from '@otelier/core/adapter';
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest, RegisterOptions } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { readRequestFacts } from './request-facts.js';
import { VERSION } from './version.js';

const SCOPE = { name: '@otelier/fastify', version: VERSION };

const register: FastifyPluginCallback<RequestOptions> = (fastify, registered, done) => {
  try {
    const options = withoutRegisterOptions(registered);
    checkRequestOptions('otelPlugin', options);
    ensureOtel(options);
    addHooks(fastify);
    done();
  } catch (error) {
    done(error as Error);
  }
};

/**
 * Observes every request: one SERVER span from the first hook to the end of the response, its metrics, and the context
 * for everything that hooks and handlers do. Register it first: `await fastify.register(otelPlugin)`; below a prefix
 * it observes what is below that prefix.
 *
 * Sets up OpenTelemetry from the environment when the application has not done so.
 *
 * @throws TypeError (as the rejection of `register`) for a wrong option
 */
export const otelPlugin: FastifyPluginCallback<RequestOptions> = fastifyPlugin(register, {
  fastify: '5.x',
  name: '@otelier/fastify',
});

/** Fastify hands its own options of `register` to the plugin too. */
function withoutRegisterOptions(registered: RequestOptions & RegisterOptions): RequestOptions {
  const own = ['prefix', 'logLevel', 'logSerializers'];
  return Object.fromEntries(Object.entries(registered).filter(([name]) => !own.includes(name)));
}

function addHooks(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const observation = beginObservation(request, reply);
    if (observation === undefined) {
      done();
    } else {
      observation.run(done);
    }
  });
  // oxlint-disable-next-line max-params -- Fastify's signature
  fastify.addHook('onError', (request, _reply, error, done) => {
    observationOf(request.raw)?.recordError(error);
    done();
  });
}

/** Never throws: a request goes on without a span rather than not at all. */
function beginObservation(request: FastifyRequest, reply: FastifyReply): RequestObservation | undefined {
  try {
    if (observationOf(request.raw) !== undefined) {
      reportProblem('OTELIER_MOUNTED_TWICE', 'otelPlugin meets requests that are observed already.');
      return undefined;
    }
    const observation = observeRequest({
      request: request.raw,
      response: reply.raw,
      facts: readRequestFacts(request),
      target: request.originalUrl,
      scope: SCOPE,
    });
    const { url } = request.routeOptions;
    if (url !== undefined) {
      observation.setRoute(url);
    }
    return observation;
  } catch (error) {
    reportInternalError('observing a request', error);
    return undefined;
  }
}
