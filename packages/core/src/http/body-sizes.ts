import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { sentStatus } from './ends/sent-status.js';
import { replaceOwnMethod, type AnyMethod } from '../own-method.js';

/** The bodies of one request, in bytes as they are transferred: compressed, without the framing of the protocol. */
export interface BodySizes {
  /** What has arrived so far, whether or not anybody has read it. */
  request(): number;
  /** What has been handed to the connection so far; 0 where the protocol forbids a body. */
  response(): number;
  /** Ends the counting. */
  stop(): void;
}

/** Bytes that were counted, and the undo of the counting. */
interface Counter {
  bytes(): number;
  stop(): void;
}

/**
 * Counts the bytes of a request's and its response's body from now on.
 *
 * Node tells nobody how long a body is: listening to `data` would take it away from the application, a Content-Length
 * can be missing or wrong, and the socket counts headers and framing too. So the methods that every byte passes are
 * replaced on these two objects alone, beneath whatever middleware puts there later. In HTTP/2 they are those of the
 * stream, which is beneath what Node shows as request and response.
 */
export function countBodies(request: IncomingMessage, response: ServerResponse): BodySizes {
  const stream = request.httpVersionMajor >= 2 ? http2Stream(response) : undefined;
  const isHead = request.method === 'HEAD';
  const buffered = request.readableLength + (stream?.readableLength ?? 0);
  const received = countReceived(stream ?? request);
  const sent = countSent(stream ?? response);
  return {
    request: () => buffered + received.bytes(),
    response: () => (isHead || hasNoBody(sentStatus(response)) ? 0 : sent.bytes()),
    stop: () => {
      received.stop();
      sent.stop();
    },
  };
}

function countReceived(incoming: IncomingMessage | ServerHttp2Stream): Counter {
  let bytes = 0;
  const countPush = (original: AnyMethod): AnyMethod =>
    function push(...args) {
      bytes += byteLength(args);
      return Reflect.apply(original, this, args);
    };
  return { stop: replaceOwnMethod(incoming, 'push', countPush), bytes: () => bytes };
}

function countSent(outgoing: ServerResponse | ServerHttp2Stream): Counter {
  let bytes = 0;
  const isOpen = (): boolean => !outgoing.writableEnded && !outgoing.destroyed;
  const countWrite = (original: AnyMethod): AnyMethod =>
    function write(...args) {
      const length = isOpen() ? byteLength(args) : 0;
      const result = Reflect.apply(original, this, args);
      bytes += length;
      return result;
    };
  const countEnd = (original: AnyMethod): AnyMethod =>
    function end(...args) {
      const length = isOpen() ? byteLength(args) : 0;
      const before = bytes;
      const result = Reflect.apply(original, this, args);
      // An `end` that passes its chunk on to `write` has had it counted there.
      bytes += bytes === before ? length : 0;
      return result;
    };
  const stops = [replaceOwnMethod(outgoing, 'write', countWrite), replaceOwnMethod(outgoing, 'end', countEnd)];
  return { stop: () => stops.forEach((stop) => stop()), bytes: () => bytes };
}

/** The length of the chunk that `push`, `write` and `end` take, with or without an encoding and a callback. */
function byteLength([chunk, encoding]: readonly unknown[]): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0;
}

/** What Node sends without a body, whatever is written. */
function hasNoBody(statusCode: number): boolean {
  return statusCode < 200 || statusCode === 204 || statusCode === 304;
}

function http2Stream(response: ServerResponse): ServerHttp2Stream | undefined {
  return (response as { readonly stream?: ServerHttp2Stream }).stream;
}
