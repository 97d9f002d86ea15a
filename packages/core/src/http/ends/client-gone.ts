/** The codes of errors that Node makes of a connection or a stream that the other side has closed. */
const CODES = new Set<unknown>([
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ABORT_ERR',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_SESSION_ERROR',
]);

/** Whether an error of a stream only says that the client is gone. Never throws. */
export function isClientGone(error: unknown): boolean {
  try {
    return CODES.has((error as { readonly code?: unknown } | null | undefined)?.code);
  } catch {
    // A getter that throws: an error of the application's own.
    return false;
  }
}
