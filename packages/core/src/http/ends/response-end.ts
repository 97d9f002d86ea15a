import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { ResponseEnded } from './connection-end.js';
import { watchHttp1End } from './http1-end.js';
import { watchHttp2End } from './http2-end.js';

/**
 * Calls back once, when a response has ended. The one place that decides this.
 *
 * @returns a function that stops watching
 */
export function watchResponseEnd(response: ServerResponse, ended: ResponseEnded): () => void {
  const stream = http2StreamOf(response);
  return stream === undefined ? watchHttp1End(response, ended) : watchHttp2End(stream, ended);
}

/** The stream of an HTTP/2 response; that of HTTP/1 has none. */
export function http2StreamOf(response: ServerResponse): ServerHttp2Stream | undefined {
  const { stream } = response as { readonly stream?: Partial<ServerHttp2Stream> };
  return typeof stream?.rstCode === 'number' ? (stream as ServerHttp2Stream) : undefined;
}
