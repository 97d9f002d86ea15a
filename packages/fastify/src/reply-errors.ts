import { guarded, type RequestObservation } from '@otelier/core/adapter';
import type { FastifyReply } from 'fastify';

/** The part of a web stream that is used. */
interface WebStream {
  readonly locked: boolean;
  getReader(...options: unknown[]): { readonly closed?: Promise<unknown> };
}

/**
 * Records the errors that a request's error handlers throw, or send in place of the one that they were called with.
 *
 * Fastify calls its `onError` hooks for the first error only and has no other place for the rest: each goes through
 * `reply.send()`, which is therefore watched on this one reply, once it has failed.
 */
export function watchFailedReply(reply: FastifyReply, observation: RequestObservation): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the reply as this below
  const { send } = reply;
  reply.send = function (this: FastifyReply, ...payload: Parameters<typeof send>) {
    if (payload[0] instanceof Error) {
      observation.recordError(payload[0]);
    }
    return send.apply(this, payload);
  } as typeof send;
}

/**
 * Records the error of a web stream that fails while it is sent. Fastify breaks the answer off and calls no hook, and
 * nobody else can look at a stream that is read already: its reader tells, when Fastify takes it.
 */
export const watchWebPayload = guarded('watching an answer', (payload: object, observation: RequestObservation) => {
  const stream = webStreamOf(payload);
  if (stream === undefined || Object.hasOwn(stream, 'getReader')) {
    return;
  }
  // oxlint-disable-next-line typescript/unbound-method -- called with the stream as this below
  const { getReader } = stream;
  stream.getReader = function (this: WebStream, ...options) {
    Reflect.deleteProperty(stream, 'getReader');
    const reader = getReader.apply(this, options);
    reader.closed?.then(undefined, (error: unknown) => {
      // A reader that is let go of rejects too, and leaves the stream unlocked.
      if (stream.locked) {
        observation.recordError(error);
      }
    });
    return reader;
  };
});

/** A web stream, or the body of a fetch `Response`, told by the same marks as Fastify tells them. */
function webStreamOf(payload: object): WebStream | undefined {
  const isResponse = Object.prototype.toString.call(payload) === '[object Response]';
  const stream = isResponse ? (payload as { readonly body?: unknown }).body : payload;
  return typeof (stream as Partial<WebStream> | null | undefined)?.getReader === 'function'
    ? (stream as WebStream)
    : undefined;
}
