import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { context, type Context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { thisMoment } from '../create-observation.js';
import { isObserved, observeEarly } from '../observe-request.js';
import { http2StreamOf } from '../ends/response-end.js';
import type { ServerWatcher } from './server-watcher.js';

/** A request, and who watches the server that it has come to. */
interface WatchedExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly watcher: ServerWatcher;
}

/** What is looked at before the listeners of a request are called. */
export interface Arrival {
  /** On the monotonic clock, in milliseconds. */
  readonly tick: number;
  /** Before a framework rewrites it. */
  readonly target: string | undefined;
}

/**
 * Observes a request that a framework answers without calling any of its hooks: an undecodable URL, too long a
 * parameter, and what an earlier hook has answered. It is seen when it has ended; until then, and for every request
 * that a hook observes, nothing is done but to look at the clock.
 */
export class UnhookedRequest {
  /** In which the framework was told of the request. */
  private active: Context = context.active();
  private forget: (() => void) | undefined;

  constructor(
    private readonly exchange: WatchedExchange,
    private readonly arrival: Arrival,
  ) {}

  /** The listeners have been called. */
  after(): void {
    this.forget?.();
    if (!isObserved(this.exchange.request)) {
      this.observeAtEnd();
    }
  }

  /**
   * Looks at the context where listeners are called in one that only they see. Only while they are called: applications
   * take the listeners of a server over.
   */
  lookAmongListeners(server: EventEmitter): void {
    const look = (told: IncomingMessage): void => {
      if (told === this.exchange.request) {
        this.active = context.active();
      }
    };
    server.prependListener('request', look);
    this.forget = () => server.off('request', look);
  }

  private observeAtEnd(): void {
    const { active } = this;
    const { tick, target } = this.arrival;
    const { request, response, watcher } = this.exchange;
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
