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
  /** Its neighbours in the list of all; the list's own business. A Set would be made anew again and again. */
  earlier: OpenRequest | undefined;
  later: OpenRequest | undefined;
}

interface OpenRequests {
  /** The one that has been remembered last. */
  latest: OpenRequest | undefined;
  readonly waiting: Set<Waiter>;
}

/** Somebody who waits for the requests that were open when the wait began. */
interface Waiter {
  readonly remaining: Set<OpenRequest>;
  readonly done: () => void;
}

const openRequests = heldState<OpenRequests>('http.open-requests.v2', () => ({ latest: undefined, waiting: new Set() }));

/** Remembers a request until {@link forgetOpenRequest}. */
export function rememberOpenRequest(request: OpenRequest): void {
  const open = openRequests();
  const { latest } = open;
  request.earlier = latest;
  if (latest !== undefined) {
    latest.later = request;
  }
  open.latest = request;
}

/** The request has ended. Once for each. */
export function forgetOpenRequest(request: OpenRequest): void {
  const open = openRequests();
  const { earlier, later } = request;
  if (later === undefined) {
    open.latest = earlier;
  } else {
    later.earlier = earlier;
  }
  if (earlier !== undefined) {
    earlier.later = later;
  }
  // Whatever outlives it must not keep others alive.
  request.earlier = undefined;
  request.later = undefined;
  if (open.waiting.size > 0) {
    tellWaiters(open.waiting, request);
  }
}

function tellWaiters(waiting: Set<Waiter>, request: OpenRequest): void {
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
  return scope && allOpen().find((request) => requestScope(request.context) === scope);
}

/** Settles when every observed request that is open now has ended; later ones are not waited for. */
export function whenRequestsEnd(): Promise<void> {
  const remaining = new Set(allOpen());
  return remaining.size === 0
    ? Promise.resolve()
    : new Promise((resolve) => openRequests().waiting.add({ remaining, done: resolve }));
}

/** Ends the observation of every request that is still open. */
export function abandonOpenRequests(): void {
  allOpen().forEach((request) => request.abandon());
}

/** The oldest first. */
function allOpen(): OpenRequest[] {
  const all: OpenRequest[] = [];
  for (let request = openRequests().latest; request !== undefined; request = request.earlier) {
    all.push(request);
  }
  return all.toReversed();
}
