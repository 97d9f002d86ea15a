import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { watchEvents } from '../event-context.js';
import { Http1Watch } from './http1-watch.js';
import { watchHttp2End } from './http2-end.js';
import { SourceWatch, type ResponseListener } from './source-watch.js';

/**
 * Tells a listener once when a response has ended. The one place that decides this.
 *
 * Responses and requests are watched without listeners of theirs, which the application could count and remove. What
 * ends on the same event comes later, so that a span of somebody else can still be enriched.
 */
export function watchResponseEnd(response: ServerResponse, listener: ResponseListener): void {
  const stream = http2StreamOf(response);
  if (stream === undefined) {
    const watch = new Http1Watch(response, listener);
    watchEvents(response, watch);
    watchEvents(response.req, watch);
    watch.begin();
    return;
  }
  const watch = new SourceWatch(listener);
  watchEvents(response, watch);
  watchHttp2End(stream, (outcome, error) => {
    watch.stop();
    listener.ended(outcome, error);
  });
}

/** The stream of an HTTP/2 response; that of HTTP/1 has none. */
export function http2StreamOf(response: ServerResponse): ServerHttp2Stream | undefined {
  const { stream } = response as { readonly stream?: Partial<ServerHttp2Stream> };
  return typeof stream?.rstCode === 'number' ? (stream as ServerHttp2Stream) : undefined;
}
