import type { IncomingMessage, ServerResponse } from 'node:http';
import { sharedState } from '../shared-state.js';
import type { RequestObservation } from './request-observation.js';

/** A request that is observed before a framework has come to it, or without one. */
export interface EarlyObservation {
  readonly observation: RequestObservation;
  /** The response whose end is watched already; an upgrade has none. */
  readonly response: ServerResponse | undefined;
  /** The framework answers the request with a response of its own. */
  readonly answerWith: (response: ServerResponse) => void;
}

/** By request. */
export function earlyObservations(): WeakMap<IncomingMessage, EarlyObservation> {
  return sharedState('http.early-observations', () => new WeakMap());
}
