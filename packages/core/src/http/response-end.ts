import type { ServerResponse } from 'node:http';

/** How a response ended: all of it was handed to the socket, or the connection went away before that. */
export type ResponseOutcome = 'completed' | 'disconnected';

/**
 * Calls back once, when a response has ended.
 *
 * The one place that decides this: `finish` comes after the last byte of a stream or trailer was handed over; `close`
 * without it means that the connection is gone.
 *
 * @returns a function that stops watching
 */
export function watchResponseEnd(response: ServerResponse, ended: (outcome: ResponseOutcome) => void): () => void {
  const stop = (): void => {
    response.off('finish', onFinish);
    response.off('close', onClose);
  };
  const end = (outcome: ResponseOutcome): void => {
    stop();
    ended(outcome);
  };
  const onFinish = (): void => end('completed');
  const onClose = (): void => end(response.writableFinished ? 'completed' : 'disconnected');
  // First in line, so that a span of somebody else that ends on the same event can still be enriched.
  response.prependListener('finish', onFinish);
  response.prependListener('close', onClose);
  if (response.writableFinished || response.closed || response.destroyed) {
    // Something before the observation took so long that the client has left, or has answered.
    onClose();
  }
  return stop;
}
