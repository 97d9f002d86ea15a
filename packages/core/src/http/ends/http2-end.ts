import type { ServerHttp2Stream } from 'node:http2';
import { isPeerError, isTimedOut, type BreakOff, type ResponseEnded } from './connection-end.js';
import { replaceOwnMethod } from '../../own-method.js';

/**
 * Watches a response of HTTP/2 by its stream: the response itself emits `finish` for a stream that was reset too, and
 * nothing at all when that was a HEAD request.
 *
 * `aborted` comes when a stream ends before it was answered, and is the last event of one that is never closed, which
 * happens when the client resets it with "no error" in the middle of an answer.
 *
 * @returns a function that stops watching
 */
export function watchHttp2End(stream: ServerHttp2Stream, ended: ResponseEnded): () => void {
  const breakOff = watchBreakOff(stream);
  const stop = (): void => {
    stream.off('finish', onFinish);
    stream.off('aborted', onBroken);
    stream.off('close', onClose);
  };
  const onFinish = (): void => {
    // A reset stream finishes before it closes, and one of a HEAD request before it is answered.
    if (isAnswered(stream)) {
      stop();
      ended('completed', undefined);
    }
  };
  const onBroken = (): void => {
    stop();
    const outcome = breakOff();
    ended(outcome, outcome === 'disconnected' ? undefined : (stream.errored ?? undefined));
  };
  const onClose = (): void => (isAnswered(stream) ? onFinish() : onBroken());
  // First in line, so that a span of somebody else that ends on the same event can still be enriched.
  stream.prependListener('finish', onFinish);
  stream.prependListener('aborted', onBroken);
  stream.prependListener('close', onClose);
  if (isAnswered(stream) || stream.aborted || stream.closed || stream.destroyed) {
    // Something before the observation took so long that the client has left, or has answered.
    onClose();
  }
  return stop;
}

function isAnswered(stream: ServerHttp2Stream): boolean {
  return stream.headersSent && stream.writableFinished && !stream.aborted;
}

/**
 * Tells who broke a stream off, asked when it is aborted: one that the server destroys is destroyed by then, one that
 * the client resets is not yet. A stream that the server closes looks like one that was reset, so its own `close` is
 * watched; Node itself calls that when the connection is gone.
 */
function watchBreakOff(stream: ServerHttp2Stream): () => BreakOff {
  const { session } = stream;
  const wasAborted = stream.aborted;
  let isClosedHere = false;
  let isTooLate = false;
  stream.once('timeout', () => (isTooLate = true));
  replaceOwnMethod(stream, 'close', (original) => function close(...args) {
    isClosedHere ||= !stream.closed && isConnected(session);
    return Reflect.apply(original, this, args);
  });
  const isDestroyedHere = (): boolean => {
    const { errored } = stream;
    if (errored !== null) {
      return !isResetError(errored) && (session?.destroyed !== true || !isPeerError(errored));
    }
    // Without an error, who began it can be told only at the moment when it is aborted.
    return stream.destroyed && stream.aborted && !wasAborted;
  };
  return () => {
    if (!isClosedHere && !isDestroyedHere()) {
      return 'disconnected';
    }
    return isTooLate || isTimedOut(session) ? 'timed-out' : 'broken-off';
  };
}

function isConnected(session: ServerHttp2Stream['session']): boolean {
  return session !== undefined && !session.destroyed && !session.socket.destroyed;
}

/** Node's own error for a stream that was reset; who did it is told by other signs. */
function isResetError(error: Error): boolean {
  return (error as { readonly code?: unknown }).code === 'ERR_HTTP2_STREAM_ERROR';
}
