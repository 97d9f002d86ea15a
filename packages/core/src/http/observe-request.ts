import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  context,
  createContextKey,
  defaultTextMapGetter,
  INVALID_SPAN_CONTEXT,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
} from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { sharedState } from '../shared-state.js';
import { findActiveServerSpan } from './active-server-span.js';
import { keepContextInEvents } from './event-context.js';
import { protocolVersion, requestAttributes } from './request-attributes.js';
import type { RequestFacts } from './request-facts.js';
import { normalizeMethod, type NormalizedMethod } from './request-method.js';
import { RequestObservation, type ObservationParts } from './request-observation.js';
import { watchResponseEnd } from './response-end.js';
import { countActiveRequest } from './server-metrics.js';

/** The request in whose context the code runs. */
const REQUEST = createContextKey('otelier.request');

/** The codes of errors that Node makes of a connection that the other side has closed. */
const CLIENT_GONE = new Set<unknown>(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR']);

/** What an adapter knows of a request when it arrives. */
export interface IncomingRequest {
  /** Node's own request and response, not a framework's wrappers. */
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly facts: RequestFacts;
  /** The request line's target, when a router has changed `request.url` already. */
  readonly target?: string | undefined;
  /** The instrumentation scope: the adapter's package and version. */
  readonly scope: { readonly name: string; readonly version: string };
  /** Called once, when the response has ended: the matched route's template. */
  readonly resolveRoute?: () => string | undefined;
}

/** The observation of a request, when it is observed already. */
export function observationOf(request: IncomingMessage): RequestObservation | undefined {
  return observations().get(request);
}

/**
 * Begins to observe a request: its SERVER span, its metrics, its context, and its end.
 *
 * A SERVER span that is active for the request already is enriched instead of making another.
 */
export function observeRequest(incoming: IncomingRequest): RequestObservation {
  const { request, response } = incoming;
  const start = { millis: Date.now(), tick: performance.now() };
  const observation = new RequestObservation(createParts(incoming, start.millis), start);
  observations().set(request, observation);
  keepContextInEvents(request, observation.context);
  keepContextInEvents(response, observation.context);
  watchResponseEnd(response, (outcome) => {
    if (outcome === 'disconnected' && isServerError(response.errored)) {
      observation.recordError(response.errored);
    }
    observation.end(outcome);
  });
  return observation;
}

/** What a response was destroyed with, unless that only says that the client is gone. */
function isServerError(errored: (Error & { code?: unknown }) | null): boolean {
  return errored instanceof Error && !CLIENT_GONE.has(errored.code);
}

function observations(): WeakMap<IncomingMessage, RequestObservation> {
  return sharedState('http.observations', () => new WeakMap());
}

function createParts(incoming: IncomingRequest, startMillis: number): ObservationParts {
  const { request, response } = incoming;
  const method = normalizeMethod(request.method);
  const scope = { 'http.request.method': method.name, 'url.scheme': incoming.facts.scheme };
  const active = context.active();
  const foreign = active.getValue(REQUEST) === undefined ? findActiveServerSpan(active) : undefined;
  const within =
    foreign === undefined ? startServerSpan(incoming, method, startMillis) : active.setValue(REQUEST, request);
  return {
    span: foreign?.span ?? trace.getSpan(within) ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
    context: within,
    foreign,
    spanName: method.spanName,
    metricAttributes: { ...scope, 'network.protocol.version': protocolVersion(request) },
    response: () => ({ headersSent: response.headersSent, statusCode: response.statusCode }),
    resolveRoute: incoming.resolveRoute ?? (() => undefined),
    release: foreign === undefined ? countActiveRequest(scope, within) : () => {},
  };
}

/** The caller's context comes from its headers alone: whatever was active when the server began to listen is not it. */
function startServerSpan(incoming: IncomingRequest, method: NormalizedMethod, startTime: number): Context {
  const { request, scope } = incoming;
  const parent = propagation.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter);
  const attributes = requestAttributes(request, method, {
    facts: incoming.facts,
    target: incoming.target ?? request.url,
  });
  const span = trace
    .getTracer(scope.name, scope.version)
    .startSpan(method.spanName, { kind: SpanKind.SERVER, attributes, startTime }, parent);
  const within = trace.setSpan(parent, span).setValue(REQUEST, request);
  return setRPCMetadata(within, { type: RPCType.HTTP, span });
}
