import { performance } from 'node:perf_hooks';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, type Context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { thisMoment } from '../create-observation.js';
import { isObserved, observeEarly } from '../observe-request.js';
import { http2StreamOf } from '../ends/response-end.js';
import type { ServerWatcher } from './server-watcher.js';

/**
 * Observes a request that a framework answers without calling any of its hooks: an undecodable URL, too long a
 * parameter, and what an earlier hook has answered. It is seen when it has ended; until then, and for every request
 * that a hook observes, nothing is done but to look at the clock.
 */
export class UnhookedRequest {
  /** On the monotonic clock, in milliseconds. */
  private readonly tick = performance.now();
  /** Before a framework rewrites it. */
  private readonly target: string | undefined;
  /** In which the framework was told of the request; `undefined` for the one that its server is in. */
  private active: Context | undefined = undefined;
  private forget: (() => void) | undefined = undefined;

  /** @param watcher - watches the server that the request has come to */
  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly watcher: ServerWatcher,
  ) {
    // An application can tell a server of anything.
    this.target = (request as IncomingMessage | undefined)?.url;
  }

  /** The listeners have been called. */
  after(): void {
    this.forget?.();
    if (!isObserved(this.request)) {
      this.observeAtEnd();
    }
  }

  /**
   * Looks at the context where listeners are called in one that only they see. Only while they are called: applications
   * take the listeners of a server over.
   */
  lookAmongListeners(server: EventEmitter): void {
    const look = (told: IncomingMessage): void => {
      if (told === this.request) {
        this.active = context.active();
      }
    };
    server.prependListener('request', look);
    this.forget = () => server.off('request', look);
  }

  private observeAtEnd(): void {
    const { tick, target, request, response, watcher, active = context.active() } = this;
    const now = thisMoment();
    const since = { millis: now.millis - (now.tick - tick), tick };
    const source: EventEmitter = http2StreamOf(response) ?? response;
    const observe = guarded('observing a request', () => {
      source.off('finish', observe);
      source.off('close', observe);
      if (!isObserved(request)) {
        // In the context of whoever made a span for the request on its way here.
        context.with(active, observeEarly, undefined, { request, response, target, since, isAnswered: true }, watcher);
      }
    });
    source.prependListener('finish', observe);
    source.prependListener('close', observe);
  }
}
