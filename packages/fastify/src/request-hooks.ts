import {
  guarded,
  isAtWork,
  isDisabled,
  observationOf,
  observeRequest,
  reportInternalError,
  reportProblem,
  telemetryOf,
  type RequestObservation,
} from '@otelier/core/adapter';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OtelPluginOptions } from './fastify-options.js';
import { FastifyServers, type ServingInstance } from './fastify-servers.js';
import { asStart, noteLayerError, PhaseHooks, startPhase } from './layers/phase-hooks.js';
import { isObservedInstance, noteObservedInstance } from './observed-instances.js';
import { watchFailedReply, watchWebPayload } from './reply-errors.js';
import { readRequestFacts } from './request-facts.js';
import { ObservationOptions } from './route-options.js';
import { SCOPE } from './version.js';

/** Hooks of Fastify's that observe requests. */
export interface RequestHooks {
  /** Begins to observe a request, unless it is observed already, and goes on in its context. */
  readonly onRequest: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;
  /** Notices when the web stream of an answer fails: Fastify breaks the answer off and calls no hook. */
  readonly onSend: (...call: [request: FastifyRequest, reply: FastifyReply, payload: unknown, done: () => void]) => void;
  /** Records what hooks and handlers throw. */
  readonly onError: (...call: [request: FastifyRequest, reply: FastifyReply, error: Error, done: () => void]) => void;
}

/** The parts of a Fastify instance that are used. */
export type HookableInstance = ServingInstance &
  Pick<FastifyInstance, 'addHook' | 'decorateRequest' | 'hasRequestDecorator' | 'printRoutes'>;

/** Who attaches the hooks, and with what. */
export interface HookAttachment {
  /** The function that took the options, for messages. */
  readonly where: string;
  readonly options: OtelPluginOptions;
  /** Whether the framework calls onRequest before Fastify calls any hook. */
  readonly runsFirst: boolean;
  /** Called for a request that is observed already. */
  readonly meetObserved: (observation: RequestObservation, request: FastifyRequest) => void;
}

/**
 * Observes the requests of a Fastify instance, and gives its handlers `request.otel`.
 *
 * @returns the hooks, for frameworks that call one of them earlier than Fastify does; `undefined` where requests are
 * observed already, which is told and stays as it is
 * @throws TypeError for a wrong option
 */
export function attachRequestHooks(fastify: HookableInstance, attachment: HookAttachment): RequestHooks | undefined {
  const options = new ObservationOptions(attachment.where, attachment.options);
  if (isObservedInstance(fastify)) {
    reportProblem('OTELIER_MOUNTED_TWICE', `${attachment.where} is registered where requests are observed already.`);
    return undefined;
  }
  const servers = new FastifyServers(fastify, options.adapter);
  const hooks: RequestHooks = {
    onRequest: (request, reply, done) => {
      // A set-up that only records nothing still propagates the caller's context.
      if (!isAtWork() && !isDisabled()) {
        done();
        return;
      }
      meetServer(servers, request, reply);
      const outer = observationOf(request.raw);
      if (outer !== undefined) {
        attachment.meetObserved(outer, request);
      }
      const observation = outer === undefined ? beginObservation(request, reply, options) : undefined;
      if (observation === undefined) {
        done();
      } else if (observation.layers === undefined) {
        observation.run(done);
      } else {
        observation.run(() => startPhase(request, 'onRequest', done));
      }
    },
    onSend,
    onError,
  };
  offerTelemetry(fastify);
  const phases = new PhaseHooks(fastify, attachment.runsFirst);
  fastify.addHook('onRoute', (route) => {
    if (options.addRoute(route).layers) {
      phases.addRoute(route);
    }
  });
  if (options.adapter.layers) {
    phases.addStarts();
  }
  asStart(hooks.onRequest);
  fastify.addHook('onRequest', hooks.onRequest);
  fastify.addHook('onSend', hooks.onSend);
  fastify.addHook('onError', hooks.onError);
  noteObservedInstance(fastify);
  return hooks;
}

function offerTelemetry(fastify: HookableInstance): void {
  if (!fastify.hasRequestDecorator('otel')) {
    fastify.decorateRequest('otel', {
      getter(this: FastifyRequest) {
        return telemetryOf(this.raw);
      },
    });
  }
}

// oxlint-disable-next-line max-params -- Fastify's signature
const onSend: RequestHooks['onSend'] = asStart((request, _reply, payload, done) => {
  if (typeof payload === 'object' && payload !== null) {
    const observation = observationOf(request.raw);
    if (observation !== undefined) {
      watchWebPayload(payload, observation);
    }
  }
  startPhase(request, 'onSend', done);
});

// oxlint-disable-next-line max-params -- Fastify's signature
const onError: RequestHooks['onError'] = asStart((request, reply, error, done) => {
  const observation = observationOf(request.raw);
  if (observation !== undefined) {
    observation.recordError(error);
    watchFailedReply(reply, observation);
    noteLayerError(request, error);
  }
  startPhase(request, 'onError', done);
});

const meetServer = guarded('watching a server', (servers: FastifyServers, request: FastifyRequest, reply: FastifyReply) =>
  servers.meet(request.raw, reply.raw),
);

/** Tells an observation the route that Fastify has found. */
export function setRoute(observation: RequestObservation, { url }: FastifyRequest['routeOptions']): void {
  if (url !== undefined) {
    observation.setRoute(url);
  }
}

/** Never throws: a request goes on without a span rather than not at all. */
function beginObservation(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ObservationOptions,
): RequestObservation | undefined {
  try {
    // Fastify makes the object anew each time.
    const { routeOptions } = request;
    const observation = observeRequest(
      {
        request: request.raw,
        response: reply.raw,
        framework: { request, response: reply },
        facts: readRequestFacts(request),
        target: request.originalUrl,
        scope: SCOPE,
      },
      options.of(routeOptions),
    );
    setRoute(observation, routeOptions);
    return observation;
  } catch (error) {
    reportInternalError('observing a request', error);
    return undefined;
  }
}
