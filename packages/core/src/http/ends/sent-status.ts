import type { ServerResponse } from 'node:http';
import { http2StreamOf } from './response-end.js';

/** Where the code stands in `HTTP/1.1 200 OK`. */
const CODE_START = 9;
const CODE_END = 12;

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

function codeOf(head: unknown): number {
  return typeof head === 'string' ? Number(head.slice(CODE_START, CODE_END)) : 0;
}
