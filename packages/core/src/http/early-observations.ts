import type { IncomingMessage, ServerResponse } from 'node:http';
import { heldState } from '../shared-state.js';
import type { RequestObservation } from './request-observation.js';
import type { ServerWatcher } from './unhandled/server-watcher.js';

/** A request that is observed before a framework has come to it, or without one. */
export interface EarlyObservation {
  readonly observation: RequestObservation;
  /** The response whose end is watched already; an upgrade has none. */
  readonly response: ServerResponse | undefined;
  /** The framework answers the request with a response of its own. */
  readonly answerWith: (response: ServerResponse) => void;
}

/** Begins to observe a request as the framework that has come to it wants it. */
export type BeginEarly = (watcher: ServerWatcher) => EarlyObservation;

const earlyObservations = heldState(
  'http.early-observations',
  () => new WeakMap<IncomingMessage, EarlyObservation | BeginEarly>(),
);

/** The observation of a request that began before a framework came to it. */
export function earlyObservationOf(request: IncomingMessage): EarlyObservation | undefined {
  const early = earlyObservations().get(request);
  return typeof early === 'function' ? undefined : early;
}

/** A request is observed before a framework has come to it. */
export function rememberEarly(request: IncomingMessage, early: EarlyObservation): void {
  earlyObservations().set(request, early);
}

/** A request is observed only if a framework comes to it, but from its beginning then. */
export function awaitFramework(request: IncomingMessage, begin: BeginEarly): void {
  earlyObservations().set(request, begin);
}

/**
 * A framework has come to a request: its observation, if there is one, or is to be one now.
 *
 * @param describe - how the framework wants it observed
 */
export function meetEarly(request: IncomingMessage, describe: () => ServerWatcher): EarlyObservation | undefined {
  const early = earlyObservations().get(request);
  return typeof early === 'function' ? early(describe()) : early;
}
