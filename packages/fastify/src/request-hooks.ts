import { Stream } from 'node:stream';
import {
  observationOf,
  observeRequest,
  reportInternalError,
  type RequestObservation,
} from '@otelier/core/adapter';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readRequestFacts } from './request-facts.js';
import { VERSION } from './version.js';

/** Hooks of Fastify's that observe requests. */
export interface RequestHooks {
  /** Begins to observe a request, unless it is observed already, and goes on in its context. */
  readonly onRequest: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;
  /** Notices when the stream of an answer fails: Fastify breaks the answer off and calls no hook. */
  readonly onSend: (...call: [request: FastifyRequest, reply: FastifyReply, payload: unknown, done: () => void]) => void;
  /** Records what hooks and handlers throw. */
  readonly onError: (...call: [request: FastifyRequest, reply: FastifyReply, error: Error, done: () => void]) => void;
}

const SCOPE = { name: '@otelier/fastify', version: VERSION };

/** The hooks through which requests are observed, for frameworks that add hooks to Fastify themselves. */
export const requestHooks: RequestHooks = {
  onRequest: (request, reply, done) => {
    const observation = observationOf(request.raw) === undefined ? beginObservation(request, reply) : undefined;
    if (observation === undefined) {
      done();
    } else {
      observation.run(done);
    }
  },
  // oxlint-disable-next-line max-params -- Fastify's signature
  onSend: (request, _reply, payload, done) => {
    const observation = observationOf(request.raw);
    if (payload instanceof Stream && observation !== undefined) {
      payload.once('error', (error) => observation.recordError(error));
    }
    done();
  },
  // oxlint-disable-next-line max-params -- Fastify's signature
  onError: (request, _reply, error, done) => {
    observationOf(request.raw)?.recordError(error);
    done();
  },
};

/** Tells an observation the route that Fastify has found. */
export function setRoute(observation: RequestObservation, request: FastifyRequest): void {
  const { url } = request.routeOptions;
  if (url !== undefined) {
    observation.setRoute(url);
  }
}

/** Never throws: a request goes on without a span rather than not at all. */
function beginObservation(request: FastifyRequest, reply: FastifyReply): RequestObservation | undefined {
  try {
    const observation = observeRequest({
      request: request.raw,
      response: reply.raw,
      facts: readRequestFacts(request),
      target: request.originalUrl,
      scope: SCOPE,
    });
    setRoute(observation, request);
    return observation;
  } catch (error) {
    reportInternalError('observing a request', error);
    return undefined;
  }
}
