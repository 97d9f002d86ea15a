import { types } from 'node:util';
import type { ExportResponse } from '@opentelemetry/otlp-exporter-base';
import { GzipCompression } from './gzip-compression.js';

/** What one export sends. */
export interface OtlpMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The serialised request, not compressed. */
  readonly body: Uint8Array;
  readonly gzip: boolean;
  /** Whether it goes as a gRPC call rather than as a POST. */
  readonly grpc: boolean;
  /** The proxy on the way, with its credentials. */
  readonly proxy: string | undefined;
}

/** An answer, and whether the destination could not be reached at all. */
export type OtlpAnswer = ExportResponse & { readonly unreachable?: boolean };

/** The connections to one destination. */
export interface OtlpConnection {
  /**
   * Sends one request. Rejects when it could not be sent or answered.
   *
   * @param timeoutMillis - from the call to the last byte of the answer, in milliseconds
   */
  exchange(message: OtlpMessage, timeoutMillis: number): Promise<OtlpAnswer>;
  /** Breaks off everything under way. */
  close(): void;
}

/** A destination that says more than this is not listened to. */
export const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

const UNREACHABLE = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
  // A connection of HTTP/2 that the other side has ended meanwhile.
  'ERR_HTTP2_GOAWAY_SESSION',
  'ERR_HTTP2_INVALID_SESSION',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_STREAM_CANCEL',
  'ERR_HTTP2_STREAM_ERROR',
];

/** Of the whole process: one body is compressed at a time, mostly. */
const compression = new GzipCompression();

/** Gives back what compression holds. */
export function releaseCompression(): void {
  compression.release();
}

/**
 * Sends one OTLP request. Never rejects.
 *
 * Neither its socket nor its timer keeps the process alive: whoever waits for the answer at the end of the process
 * does so within a deadline of its own.
 *
 * @param timeoutMillis - from the first byte sent to the last byte of the answer, in milliseconds
 * @see https://opentelemetry.io/docs/specs/otlp/
 */
export async function postOtlp(
  message: OtlpMessage,
  connection: OtlpConnection,
  timeoutMillis: number,
): Promise<OtlpAnswer> {
  try {
    const body = message.gzip ? await compression.compress(message.body) : message.body;
    return await connection.exchange({ ...message, body }, timeoutMillis);
  } catch (error) {
    return failedAnswer(error);
  }
}

/** The headers of a message with what its protocol and its compression add. */
export function messageHeaders(message: OtlpMessage): Record<string, string> {
  if (message.grpc) {
    return { ...message.headers, te: 'trailers', ...(message.gzip ? { 'grpc-encoding': 'gzip' } : {}) };
  }
  return { ...message.headers, ...(message.gzip ? { 'content-encoding': 'gzip' } : {}) };
}

/** The answer when none came in time. */
export function lateAnswer(): OtlpAnswer {
  return { status: 'retryable', error: new Error('no answer in time') };
}

/**
 * Reads the body of an answer.
 *
 * @throws Error when it is longer than any answer of OTLP
 */
export async function readAnswer(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > MAX_RESPONSE_BYTES) {
      throw new Error(`the answer was longer than ${MAX_RESPONSE_BYTES} bytes`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** What goes wrong on the way and has an answer to it. */
export class AnsweredError extends Error {
  /** @param answer - what it comes to, as if the destination had answered so */
  constructor(
    message: string,
    readonly answer: (error: Error) => OtlpAnswer,
  ) {
    super(message);
  }
}

function failedAnswer(error: unknown): OtlpAnswer {
  if (error instanceof AnsweredError) {
    return error.answer(error);
  }
  // Not instanceof: under Jest the errors of Node.js are of another realm.
  const cause = types.isNativeError(error) ? error : new Error(String(error));
  return UNREACHABLE.includes(String((cause as { code?: unknown }).code))
    ? { status: 'retryable', error: cause, unreachable: true }
    : { status: 'failure', error: cause };
}
