import type { Context, Span } from '@opentelemetry/api';
import { heldState } from '../shared-state.js';
import { requestScope } from '../tracing/request-scope.js';

/** A request that is being observed. */
export interface OpenRequest {
  readonly span: Span;
  /** In which everything is done for it. */
  readonly context: Context;
  /** Remembers an error that was met while it was handled. */
  recordError(error: unknown): void;
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

const openRequests = heldState<OpenRequests>('http.open-requests', () => ({ requests: new Set(), waiting: new Set() }));

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

/** The request for which a context works, while it is open. */
export function openRequestOf(within: Context): OpenRequest | undefined {
  const scope = requestScope(within);
  return scope && [...openRequests().requests].find((request) => requestScope(request.context) === scope);
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
