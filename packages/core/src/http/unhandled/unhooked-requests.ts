import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, type Context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { thisMoment, type Moment } from '../create-observation.js';
import { isObserved, observeEarly } from '../observe-request.js';
import { http2StreamOf } from '../ends/response-end.js';
import type { ServerWatcher } from './server-watcher.js';

/** A request, and who watches the server that it has come to. */
interface WatchedExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly watcher: ServerWatcher;
}

/**
 * Observes a request that a framework answers without calling any of its hooks: an undecodable URL, too long a
 * parameter, and what an earlier hook has answered. It is seen when it has ended; until then, and for every request
 * that a hook observes, nothing is done but to look at the clock.
 */
export class UnhookedRequest {
  private readonly since: Moment = thisMoment();
  /** Before a framework rewrites it. */
  private readonly target: string | undefined;
  /** In which the framework was told of the request. */
  private active: Context = context.active();
  private forget: (() => void) | undefined;

  /** @param wrapped - the server, where listeners are called in a context that only they see */
  constructor(
    private readonly exchange: WatchedExchange,
    wrapped: EventEmitter | undefined,
  ) {
    this.target = exchange.request.url;
    if (wrapped !== undefined) {
      this.lookAmongListeners(wrapped);
    }
  }

  /** The listeners have been called. */
  after(): void {
    this.forget?.();
    if (!isObserved(this.exchange.request)) {
      this.observeAtEnd();
    }
  }

  /** Only while they are called: applications take the listeners of a server over. */
  private lookAmongListeners(server: EventEmitter): void {
    const look = (told: IncomingMessage): void => {
      if (told === this.exchange.request) {
        this.active = context.active();
      }
    };
    server.prependListener('request', look);
    this.forget = () => server.off('request', look);
  }

  private observeAtEnd(): void {
    const { target, since, active } = this;
    const { request, response, watcher } = this.exchange;
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
