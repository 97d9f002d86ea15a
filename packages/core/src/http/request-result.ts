import type { ResponseOutcome } from './ends/connection-end.js';
import type { RequestErrors } from './request-errors.js';

/** How a request ended, as span and metric record it. */
export interface RequestResult {
  /** The status code that was sent; `undefined` when none was. */
  readonly statusCode: number | undefined;
  readonly errorType: string | undefined;
  /** Whether the span's status is ERROR. */
  readonly failed: boolean;
}

/** That a request could not be read to its end: it is malformed, or came too slowly. */
export interface RequestRefusal {
  /** The code of Node's error, such as `HPE_INVALID_CHUNK_SIZE`. */
  readonly code: string;
  /** What was answered past the response, as far as that is known. */
  readonly statusCode: number | undefined;
}

/** What is known of the response when it has ended. */
export interface ResponseEnd {
  readonly outcome: ResponseOutcome | 'abandoned';
  readonly headersSent: boolean;
  /** `undefined` for an answer that has none. */
  readonly statusCode: number | undefined;
  readonly refusal?: RequestRefusal | undefined;
}

/** What the conventions write for an error without a class. */
const UNKNOWN_ERROR = '_OTHER';

/** What an exchange that somebody broke off is, when no error tells more. */
const BREAK_OFFS = {
  disconnected: { errorType: 'client_disconnected', failed: false },
  'broken-off': { errorType: 'server_disconnected', failed: true },
  'timed-out': { errorType: 'timeout', failed: true },
} as const;

/**
 * Judges how a request ended: 5xx is an error, 4xx is not; a client that went away, or sent what can't be read, is
 * neither the server's error nor a made-up status; a response that the server itself broke off is an error.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status
 */
export function judgeResult(end: ResponseEnd, errors: RequestErrors): RequestResult {
  const statusCode = end.outcome === 'completed' || end.headersSent ? end.statusCode : undefined;
  const error = errors.last;
  if (statusCode !== undefined && statusCode >= 500) {
    return { statusCode, errorType: error?.className ?? String(statusCode), failed: true };
  }
  if (end.outcome === 'completed') {
    return { statusCode, errorType: undefined, failed: false };
  }
  if (end.outcome === 'abandoned') {
    return { statusCode, errorType: error?.className ?? 'process_ended', failed: error !== undefined };
  }
  if (end.refusal !== undefined) {
    return { statusCode: statusCode ?? end.refusal.statusCode, errorType: end.refusal.code, failed: false };
  }
  // An error that was answered before the client left is not why it left.
  if (error !== undefined && !error.blamesClient && error.afterHeaders === end.headersSent) {
    return { statusCode, errorType: error.className ?? UNKNOWN_ERROR, failed: true };
  }
  return { statusCode, ...BREAK_OFFS[end.outcome] };
}
