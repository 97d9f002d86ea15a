import type { IncomingMessage } from 'node:http';
import { GivenObject } from '../given-object.js';
import { heldState } from '../shared-state.js';
import type { RequestObservation } from './request-observation.js';

/** How observations are found; of one copy of the package, for all of them. */
interface ObservationMarks {
  read(request: IncomingMessage): RequestObservation | undefined;
  write(request: IncomingMessage, observation: RequestObservation): void;
}

/** The observation in a private field of its request. */
class ObservationMark extends GivenObject {
  #observation: RequestObservation;

  private constructor(request: IncomingMessage, observation: RequestObservation) {
    super(request);
    this.#observation = observation;
  }

  static read(request: IncomingMessage): RequestObservation | undefined {
    return typeof request === 'object' && request !== null && #observation in request ? request.#observation : undefined;
  }

  static write(request: IncomingMessage, observation: RequestObservation): void {
    if (#observation in request) {
      request.#observation = observation;
    } else {
      void new ObservationMark(request, observation);
    }
  }
}

const marks = heldState<ObservationMarks>('http.observation-marks', () => ({
  read: (request) => ObservationMark.read(request),
  write: (request, observation) => ObservationMark.write(request, observation),
}));

/** The observation of a request, when a framework observes it already. */
export function observationOf(request: IncomingMessage): RequestObservation | undefined {
  return marks().read(request);
}

/** A framework observes a request from now on. */
export function rememberObservation(request: IncomingMessage, observation: RequestObservation): void {
  marks().write(request, observation);
}
