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
  /** Before a framework rewrites it. */
  readonly target: string | undefined;
  readonly since: Moment;
  readonly active: Context;
}

/**
 * Observes the requests that a framework answers without calling any of its hooks: an undecodable URL, too long a
 * parameter, and what an earlier hook has answered. They are seen when they have ended; until then, and for every
 * request that a hook observes, nothing is done but to look at the clock.
 *
 * @returns the undo
 */
export function watchUnhooked(server: EventEmitter, watcher: ServerWatcher): () => void {
  let arrival: Arrival | undefined;
  const before = guarded('noting a request', (request: IncomingMessage) => {
    arrival = { request, target: request.url, since: thisMoment(), active: context.active() };
  });
  const after = guarded('noting a request', (request: IncomingMessage, response: ServerResponse) => {
    const known = arrival?.request === request ? arrival : undefined;
    arrival = undefined;
    if (known !== undefined && !isObserved(request)) {
      observeAtEnd(response, known, watcher);
    }
  });
  server.prependListener('request', before);
  server.on('request', after);
  return () => {
    server.off('request', before);
    server.off('request', after);
  };
}

function observeAtEnd(response: ServerResponse, arrival: Arrival, watcher: ServerWatcher): void {
  const source: EventEmitter = http2StreamOf(response) ?? response;
  const observe = guarded('observing a request', () => {
    source.off('finish', observe);
    source.off('close', observe);
    if (!isObserved(arrival.request)) {
      // In the context of whoever made a span for the request on its way here.
      context.with(arrival.active, observeEarly, undefined, { ...arrival, response }, watcher);
    }
  });
  source.prependListener('finish', observe);
  source.prependListener('close', observe);
}
