import type { RequestErrors } from './request-errors.js';
import type { ResponseOutcome } from './response-end.js';

/** How a request ended, as span and metric record it. */
export interface RequestResult {
  /** The status code that was sent; `undefined` when none was. */
  readonly statusCode: number | undefined;
  readonly errorType: string | undefined;
  /** Whether the span's status is ERROR. */
  readonly failed: boolean;
}

/** What is known of the response when it has ended. */
export interface ResponseEnd {
  readonly outcome: ResponseOutcome | 'abandoned';
  readonly headersSent: boolean;
  readonly statusCode: number;
}

/** What the conventions write for an error without a class. */
const UNKNOWN_ERROR = '_OTHER';

/**
 * Judges how a request ended: 5xx is an error, 4xx is not; a client that went away is neither the server's error nor
 * a made-up status; a response that the server itself broke off is an error.
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
  // An error that was answered before the client left is not why it left.
  if (error !== undefined && !error.blamesClient && error.afterHeaders === end.headersSent) {
    return { statusCode, errorType: error.className ?? UNKNOWN_ERROR, failed: true };
  }
  return { statusCode, errorType: 'client_disconnected', failed: false };
}
