import { STATUS_CODES, type ServerResponse } from 'node:http';
import { http2StreamOf } from './response-end.js';

/** Where the code stands in `HTTP/1.1 200 OK`. */
const CODE_START = 9;
const ZERO = 48;

/** The reasons of what is no error; Node's own table is one of names, which takes longer. */
const REASONS = Array.from({ length: 400 }, (_, code) => STATUS_CODES[code]);

/**
 * The status code of a response as it was sent; before that, the one that would be. Handlers can go on changing
 * `statusCode` when the headers are gone, and an answer on the stream of HTTP/2 never sets it.
 */
export function sentStatus(response: ServerResponse): number {
  const stream = http2StreamOf(response);
  if (stream === undefined) {
    return isUnchanged(response) ? response.statusCode : sentCodeOf(response);
  }
  const code = Number(stream.sentHeaders?.[':status']);
  return code >= 100 ? code : response.statusCode;
}

/**
 * Whether the reason is the one that Node has sent with the code: what is read from the head costs as much as writing it.
 * Those who turn a response into an error too late can change both.
 */
function isUnchanged({ statusCode, statusMessage }: ServerResponse): boolean {
  return statusCode < REASONS.length && statusMessage === REASONS[statusCode];
}

/** The three digits in the head as Node wrote it, which nothing public tells; parsing a part of its text would copy it. */
function sentCodeOf(response: ServerResponse): number {
  const { _header: head } = response as { readonly _header?: unknown };
  if (typeof head !== 'string') {
    return response.statusCode;
  }
  const digit = (place: number): number => head.charCodeAt(CODE_START + place) - ZERO;
  const code = 100 * digit(0) + 10 * digit(1) + digit(2);
  return code >= 100 ? code : response.statusCode;
}
