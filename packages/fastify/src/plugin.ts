import { ensureOtel, reportProblem, type RequestObservation } from '@otelier/core/adapter';
import type { FastifyPluginCallback, FastifyRequest, RegisterOptions } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { OtelPluginOptions } from './fastify-options.js';
import { attachRequestHooks, setRoute } from './request-hooks.js';

const register: FastifyPluginCallback<OtelPluginOptions> = (fastify, registered, done) => {
  try {
    const options = withoutRegisterOptions(registered);
    const hooks = attachRequestHooks(fastify, { where: 'otelPlugin', options, runsFirst: false, meetObserved: joinObservation });
    if (hooks !== undefined) {
      ensureOtel(options);
    }
    done();
  } catch (error) {
    done(error as Error);
  }
};

/**
 * Observes every request: one SERVER span from the first hook to the end of the response, its metrics, and the context
 * for everything that hooks and handlers do. Register it first: `await fastify.register(otelPlugin)`; below a prefix
 * it observes what is below that prefix. Where requests are observed already, it warns and does nothing.
 *
 * Sets up OpenTelemetry from the environment when the application has not done so.
 *
 * @throws TypeError (as the rejection of `register`) for a wrong option
 */
export const otelPlugin: FastifyPluginCallback<OtelPluginOptions> = fastifyPlugin(register, {
  fastify: '>=4.29 <6',
  name: '@otelier/fastify',
});

/** Fastify hands its own options of `register` to the plugin too. */
function withoutRegisterOptions(registered: OtelPluginOptions & RegisterOptions): OtelPluginOptions {
  const own = ['prefix', 'logLevel', 'logSerializers'];
  return Object.fromEntries(Object.entries(registered).filter(([name]) => !own.includes(name)));
}

/** The request is observed already: by the framework around Fastify, or by an instance within that came first. */
function joinObservation(outer: RequestObservation, request: FastifyRequest): void {
  reportProblem('OTELIER_MOUNTED_TWICE', 'otelPlugin meets requests that are observed already.');
  // Where the framework around it has cut off a part of the path, Fastify does not know the whole template.
  if (request.originalUrl === request.raw.url) {
    setRoute(outer, request.routeOptions);
  }
}
