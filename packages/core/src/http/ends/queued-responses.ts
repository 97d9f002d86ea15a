import type { Socket } from 'node:net';
import { sharedState } from '../../shared-state.js';

type Listeners = Set<() => void>;

/**
 * Tells a response that waits behind earlier ones of its connection when that is closed: before Node 24 it is told of
 * nothing. One listener for each socket, because a client can send any number of requests ahead.
 *
 * @returns a function that stops watching
 */
export function whenConnectionCloses(socket: Socket, closed: () => void): () => void {
  const listeners = listenersOf(socket);
  listeners.add(closed);
  return () => void listeners.delete(closed);
}

function listenersOf(socket: Socket): Listeners {
  const sockets = sharedState('http.queued-responses', () => new WeakMap<Socket, Listeners>());
  const known = sockets.get(socket);
  if (known !== undefined) {
    return known;
  }
  const listeners: Listeners = new Set();
  sockets.set(socket, listeners);
  socket.once('close', () => {
    [...listeners].forEach((listener) => listener());
  });
  return listeners;
}
