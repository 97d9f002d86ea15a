import type { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { watchEvents, type EventWatch } from '../event-context.js';
import { BodySources } from './body-sources.js';
import type { ResponseEnded } from './connection-end.js';
import { Http1End } from './http1-end.js';
import { watchHttp2End } from './http2-end.js';

/** Told of what becomes of a response. */
export interface ResponseListener {
  readonly ended: ResponseEnded;
  /** Told of the error of a stream that was piped into the response; `undefined` to watch none. */
  readonly sourceFailed: ((error: unknown) => void) | undefined;
}

/**
 * Calls back once, when a response has ended. The one place that decides this.
 *
 * Responses and requests are watched without listeners, which the application could count and remove. What ends on the
 * same event comes later, so that a span of somebody else can still be enriched.
 */
export function watchResponseEnd(response: ServerResponse, { ended, sourceFailed }: ResponseListener): void {
  const watch = new ResponseWatch(sourceFailed);
  watchEvents(response, watch);
  const whenEnded: ResponseEnded = (outcome, error) => {
    watch.stop();
    ended(outcome, error);
  };
  const stream = http2StreamOf(response);
  if (stream !== undefined) {
    watchHttp2End(stream, whenEnded);
    return;
  }
  watchEvents(response.req, watch);
  watch.end = new Http1End(response, whenEnded);
}

/** The stream of an HTTP/2 response; that of HTTP/1 has none. */
export function http2StreamOf(response: ServerResponse): ServerHttp2Stream | undefined {
  const { stream } = response as { readonly stream?: Partial<ServerHttp2Stream> };
  return typeof stream?.rstCode === 'number' ? (stream as ServerHttp2Stream) : undefined;
}

class ResponseWatch implements EventWatch {
  /** Of HTTP/1; that of HTTP/2 is told by the stream. */
  end: Http1End | undefined;
  private sources: BodySources | undefined;

  constructor(private sourceFailed: ResponseListener['sourceFailed']) {}

  see(emitter: EventEmitter, name: unknown, argument: unknown): void {
    if (name === 'pipe') {
      if (this.sourceFailed !== undefined) {
        this.sources ??= new BodySources(this.sourceFailed);
        this.sources.add(argument as EventEmitter);
      }
    } else if (name === 'unpipe') {
      this.sources?.remove(argument as EventEmitter);
    } else {
      this.end?.see(emitter, name);
    }
  }

  stop(): void {
    this.sourceFailed = undefined;
    this.sources?.clear();
  }
}
