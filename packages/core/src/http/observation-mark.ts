import type { IncomingMessage } from 'node:http';
import { objectNotes, type ObjectNotes } from '../given-object.js';
import { heldState } from '../shared-state.js';
import type { RequestObservation } from './request-observation.js';

type Observations = ObjectNotes<IncomingMessage, RequestObservation>;

/** How observations are found; of one copy of the package, for all of them. */
const observations: () => Observations = heldState('http.observations', () =>
  objectNotes<IncomingMessage, RequestObservation>(),
);

/** The observation of a request, when a framework observes it already. */
export function observationOf(request: IncomingMessage): RequestObservation | undefined {
  return typeof request === 'object' && request !== null ? observations().get(request) : undefined;
}

/** A framework observes a request from now on. */
export function rememberObservation(request: IncomingMessage, observation: RequestObservation): void {
  observations().set(request, observation);
}
