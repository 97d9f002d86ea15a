/** The first line of a request of HTTP/1. */
export interface RequestLine {
  readonly method: string | undefined;
  readonly target: string;
  /** `1.0` or `1.1`; empty when it could not be read. */
  readonly version: string;
}

/** What is said of a request whose first line can't be read. */
const UNREADABLE: RequestLine = { method: undefined, target: '', version: '' };

const LINE = /^([!#$%&'*+.^_`|~\w-]{1,64}) ([!-~\u0080-\u00ff]{1,16384})(?: HTTP\/(1\.[01]))?(?:[ \r\n]|$)/;
const END_OF_HEAD = '\r\n\r\n';

/**
 * Reads the line of the request that could not be parsed. The packet may begin with whole requests before it, whose
 * heads end before the place at which parsing stopped. Never throws.
 *
 * @param packet - what was parsed last
 * @param bytesParsed - how much of it was parsed
 */
export function readRequestLine(packet: unknown, bytesParsed: unknown): RequestLine {
  if (!Buffer.isBuffer(packet)) {
    return UNREADABLE;
  }
  const end = typeof bytesParsed === 'number' ? bytesParsed : packet.length;
  const headEnd = packet.subarray(0, Math.max(0, end)).lastIndexOf(END_OF_HEAD, undefined, 'latin1');
  const start = headEnd === -1 ? 0 : headEnd + END_OF_HEAD.length;
  const match = LINE.exec(packet.toString('latin1', start, start + 20_000));
  return match === null ? UNREADABLE : { method: match[1], target: match[2] ?? '', version: match[3] ?? '' };
}
