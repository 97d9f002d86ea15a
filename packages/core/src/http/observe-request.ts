import type { IncomingMessage, ServerResponse } from 'node:http';
import { startDeferred } from '../deferred-start.js';
import type { ResolvedRequestOptions } from '../options/resolved-request-options.js';
import { createObservation, type Moment } from './create-observation.js';
import { earlyObservationOf, meetEarly, rememberEarly, type EarlyObservation } from './early-observations.js';
import { keepContextInEvents } from './event-context.js';
import type { RequestFacts } from './facts/request-facts.js';
import { observationOf, rememberObservation } from './observation-mark.js';
import { ServedAnswer } from './observed-answer.js';
import { IDLE_HANDLE, type RequestTelemetry } from './request-handle.js';
import type { RequestObservation } from './request-observation.js';
import { parseTarget, requestUrl } from './facts/request-target.js';
import { watchResponseEnd } from './ends/response-end.js';
import { watchHeaders } from './response-headers.js';
import { addedByPropagation } from './response-propagation.js';
import { withoutHooks, type ServerWatcher } from './unhandled/server-watcher.js';

/** What an adapter knows of a request when it arrives. */
export interface IncomingRequest {
  /** Node's own request and response, not a framework's wrappers. */
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the framework hands to its handlers, where that is something else. */
  readonly framework?: { readonly request: object; readonly response: object };
  readonly facts: RequestFacts;
  /** The request line's target, when a router has changed `request.url` already. */
  readonly target?: string | undefined;
  /** The instrumentation scope: the adapter's package and version. */
  readonly scope: { readonly name: string; readonly version: string };
  /** When the request came, if that was before now. */
  readonly since?: Moment | undefined;
  /** Called before the application's hooks: hands the telemetry to the framework's request, where it is not asked for. */
  readonly offer?: (telemetry: RequestTelemetry) => void;
  /** The matched route's template, as far as it is known; for certain when the response has ended. */
  readonly resolveRoute?: () => string | undefined;
}

/** The telemetry of a request, for its handlers; one that records nothing for a request that is not observed. */
export function telemetryOf(request: IncomingMessage): RequestTelemetry {
  return observationOf(request)?.handle ?? IDLE_HANDLE;
}

/**
 * Begins to observe a request: its SERVER span, its metrics, its context, and its end.
 *
 * A SERVER span that is active for the request already is enriched instead of making another. So is the observation of
 * a request that was seen before the framework came to it, such as an upgrade.
 */
export function observeRequest(incoming: IncomingRequest, options: ResolvedRequestOptions): RequestObservation {
  startDeferred();
  const early = meetEarly(incoming.request, () => frameworkWatcher(incoming, options));
  const observation = early === undefined ? beginObservation(incoming, options) : joinEarly(early, incoming, options);
  rememberObservation(incoming.request, observation);
  incoming.offer?.(observation.handle);
  observation.announce();
  if (early === undefined) {
    watchResponseEnd(incoming.response, observation);
  }
  return observation;
}

/** A request that no framework has come to, and may never come to. */
export interface EarlyRequest extends Pick<IncomingRequest, 'request' | 'response' | 'target' | 'since'> {
  /** Whether its answer has been sent: nobody has counted the bodies then. */
  readonly isAnswered?: boolean;
}

/** Like {@link observeRequest}, for a request that its framework has not seen: none of the hooks is called. */
export function observeEarly(early: EarlyRequest, watcher: ServerWatcher): RequestObservation {
  const { request, response, target, since, isAnswered = false } = early;
  startDeferred();
  const { scope } = watcher;
  const options = isAnswered ? { ...watcher.options, bodySizes: false } : watcher.options;
  const { facts, request: view } = watcher.guess(request);
  const framework = { request: view, response };
  const observation = beginObservation({ request, response, framework, facts, target, since, scope }, options);
  rememberEarly(request, { observation, response, answerWith: () => {} });
  watchResponseEnd(response, observation);
  return observation;
}

/** Whether a request is observed, by a framework or before one has come to it. */
export function isObserved(request: IncomingMessage): boolean {
  return observationOf(request) !== undefined || earlyObservationOf(request) !== undefined;
}

function beginObservation(incoming: IncomingRequest, options: ResolvedRequestOptions): RequestObservation {
  const { request, response, facts, target, scope, since, resolveRoute } = incoming;
  const framework = incoming.framework ?? { request, response };
  const answer = new ServedAnswer(request, response, options);
  const observation = createObservation(
    { head: request, facts, target, scope, since, framework, answer, resolveRoute },
    options,
  );
  keepContextInEvents(request, observation.context);
  prepareResponse(response, observation, options);
  return observation;
}

function frameworkWatcher({ request, framework, facts, scope }: IncomingRequest, options: ResolvedRequestOptions): ServerWatcher {
  return withoutHooks({ scope, options, guess: () => ({ request: framework?.request ?? request, facts }) });
}

function joinEarly(
  { observation, response: watched, answerWith }: EarlyObservation,
  incoming: IncomingRequest,
  options: ResolvedRequestOptions,
): RequestObservation {
  const { request, response, facts, resolveRoute } = incoming;
  const framework = incoming.framework ?? { request, response };
  observation.adopt({ options, framework, resolveRoute }, facts);
  const target = parseTarget(incoming.target ?? request.url);
  if (options.isIgnored({ path: target.path, url: () => requestUrl(target, facts), request: framework.request })) {
    observation.ignore();
  }
  if (response !== watched && !observation.hasEnded) {
    prepareResponse(response, observation, options);
    answerWith(response);
  }
  return observation;
}

function prepareResponse(
  response: ServerResponse,
  observation: RequestObservation,
  options: ResolvedRequestOptions,
): void {
  keepContextInEvents(response, observation.context);
  const add = options.responsePropagation ? addedByPropagation(observation.span.spanContext()) : [];
  if (add.length > 0 || options.capturesResponseHeaders) {
    observation.whenOver(watchHeaders(response, { add, remember: options.capturesResponseHeaders }));
  }
}
