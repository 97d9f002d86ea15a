import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { whoBroke, type ResponseEnded } from './connection-end.js';
import { whenConnectionCloses } from './queued-responses.js';

/**
 * Watches a response of HTTP/1: `finish` comes after the last byte of a stream or trailer was handed over, and `close`
 * without it means that the connection is gone.
 *
 * @returns a function that stops watching
 */
export function watchHttp1End(response: ServerResponse, ended: ResponseEnded): () => void {
  const request = response.req;
  // Node takes it from a request whose body is given up, as `pipeline` and loops over it do when they fail or break.
  const { socket } = request;
  let forget = (): void => {};
  const stop = (): void => {
    response.off('finish', onFinish);
    response.off('close', onClose);
    request.off('aborted', onAborted);
    forget();
  };
  const onFinish = (): void => {
    stop();
    ended('completed', undefined);
  };
  const onClose = (): void => {
    if (response.writableFinished) {
      onFinish();
      return;
    }
    stop();
    tellBreakOff(response, socket, ended);
  };
  const onAborted = (): void => {
    // Otherwise only the body has been given up, and the answer can still come.
    if (socket?.destroyed !== false) {
      onClose();
    }
  };
  // First in line, so that a span of somebody else that ends on the same event can still be enriched.
  response.prependListener('finish', onFinish);
  response.prependListener('close', onClose);
  // Before handlers are told, who may set a status that nobody receives any more.
  request.prependListener('aborted', onAborted);
  if (response.socket === null && socket) {
    forget = whenConnectionCloses(socket, onClose);
  }
  if (response.writableFinished || response.closed || response.destroyed) {
    // Something before the observation took so long that the client has left, or has answered.
    onClose();
  }
  return stop;
}

function tellBreakOff(response: ServerResponse, socket: Socket | null, ended: ResponseEnded): void {
  const error = response.errored ?? undefined;
  // Only the application destroys a response with an error; Node hands that on to the socket.
  const isDestroyed = error !== undefined && error === socket?.errored;
  const outcome = isDestroyed ? 'broken-off' : whoBroke(socket);
  ended(outcome, outcome === 'disconnected' ? undefined : (error ?? socket?.errored ?? undefined));
}
