import type { ServerResponse } from 'node:http';
import { http2StreamOf } from './response-end.js';

/** Where the code stands in `HTTP/1.1 200 OK`. */
const CODE_START = 9;
const ZERO = 48;

/**
 * The status code of a response as it was sent; before that, the one that would be. Handlers can go on changing
 * `statusCode` when the headers are gone, and an answer on the stream of HTTP/2 never sets it.
 */
export function sentStatus(response: ServerResponse): number {
  const stream = http2StreamOf(response);
  // The head of HTTP/1 as Node wrote it, which nothing public tells.
  const { _header: head } = response as { readonly _header?: unknown };
  const code = stream === undefined ? codeOf(head) : Number(stream.sentHeaders?.[':status']);
  return code >= 100 ? code : response.statusCode;
}

/** The three digits; parsing a part of the text would copy it. */
function codeOf(head: unknown): number {
  if (typeof head !== 'string') {
    return 0;
  }
  const digit = (place: number): number => head.charCodeAt(CODE_START + place) - ZERO;
  return 100 * digit(0) + 10 * digit(1) + digit(2);
}
