import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, type Context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { thisMoment, type Moment } from '../create-observation.js';
import { isObserved, observeEarly } from '../observe-request.js';
import { http2StreamOf } from '../ends/response-end.js';
import type { ServerWatcher } from './server-watcher.js';

interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Before a framework rewrites it. */
  readonly target: string | undefined;
  readonly since: Moment;
  /** In which the framework was told of the request. */
  active: Context;
}

/**
 * Observes a request that a framework answers without calling any of its hooks: an undecodable URL, too long a
 * parameter, and what an earlier hook has answered. It is seen when it has ended; until then, and for every request
 * that a hook observes, nothing is done but to look at the clock.
 *
 * @param wrapped - the server, where listeners are called in a context that only they see
 * @returns to be called when the listeners have been
 */
export function watchUnhooked(
  { request, response }: Pick<Arrival, 'request' | 'response'>,
  watcher: ServerWatcher,
  wrapped: EventEmitter | undefined,
): () => void {
  const arrival: Arrival = { request, response, target: request.url, since: thisMoment(), active: context.active() };
  const look = (told: IncomingMessage): void => {
    if (told === request) {
      arrival.active = context.active();
    }
  };
  // Only while they are called: applications take the listeners of a server over.
  wrapped?.prependListener('request', look);
  return () => {
    wrapped?.off('request', look);
    if (!isObserved(request)) {
      observeAtEnd(arrival, watcher);
    }
  };
}

function observeAtEnd(arrival: Arrival, watcher: ServerWatcher): void {
  const { request, response, active } = arrival;
  const source: EventEmitter = http2StreamOf(response) ?? response;
  const observe = guarded('observing a request', () => {
    source.off('finish', observe);
    source.off('close', observe);
    if (!isObserved(request)) {
      // In the context of whoever made a span for the request on its way here.
      context.with(active, observeEarly, undefined, { ...arrival, isAnswered: true }, watcher);
    }
  });
  source.prependListener('finish', observe);
  source.prependListener('close', observe);
}
