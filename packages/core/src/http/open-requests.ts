import { sharedState } from '../shared-state.js';

/** A request that is being observed. */
export interface OpenRequest {
  /** Ends the observation now, with what is known, because the process ends. */
  abandon(): void;
}

interface OpenRequests {
  readonly requests: Set<OpenRequest>;
  readonly waiting: Set<() => void>;
}

function openRequests(): OpenRequests {
  return sharedState('http.open-requests', () => ({ requests: new Set(), waiting: new Set() }));
}

/** Remembers a request until {@link forgetOpenRequest}. */
export function rememberOpenRequest(request: OpenRequest): void {
  openRequests().requests.add(request);
}

/** The request has ended. */
export function forgetOpenRequest(request: OpenRequest): void {
  const { requests, waiting } = openRequests();
  if (requests.delete(request) && requests.size === 0) {
    waiting.forEach((done) => done());
    waiting.clear();
  }
}

/** Settles when no observed request is open. */
export function whenRequestsEnd(): Promise<void> {
  const { requests, waiting } = openRequests();
  return requests.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve));
}

/** Ends the observation of every request that is still open. */
export function abandonOpenRequests(): void {
  [...openRequests().requests].forEach((request) => request.abandon());
}
