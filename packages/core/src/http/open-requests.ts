import { sharedState } from '../shared-state.js';

/** A request that is being observed. */
export interface OpenRequest {
  /** Ends the observation now, with what is known, because the process ends. */
  abandon(): void;
}

interface OpenRequests {
  readonly requests: Set<OpenRequest>;
  readonly waiting: Set<Waiter>;
}

/** Somebody who waits for the requests that were open when the wait began. */
interface Waiter {
  readonly remaining: Set<OpenRequest>;
  readonly done: () => void;
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
  requests.delete(request);
  for (const waiter of waiting) {
    waiter.remaining.delete(request);
    if (waiter.remaining.size === 0) {
      waiting.delete(waiter);
      waiter.done();
    }
  }
}

/** Settles when every observed request that is open now has ended; later ones are not waited for. */
export function whenRequestsEnd(): Promise<void> {
  const { requests, waiting } = openRequests();
  return requests.size === 0
    ? Promise.resolve()
    : new Promise((resolve) => waiting.add({ remaining: new Set(requests), done: resolve }));
}

/** Ends the observation of every request that is still open. */
export function abandonOpenRequests(): void {
  [...openRequests().requests].forEach((request) => request.abandon());
}
