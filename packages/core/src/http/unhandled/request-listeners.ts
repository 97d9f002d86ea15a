import type { EventEmitter } from 'node:events';
import { sharedState } from '../../shared-state.js';

/**
 * Remembers what a server calls for each request: libraries that share it (of WebSockets, for one) put a function of
 * their own in its place.
 */
export function rememberListener(server: EventEmitter, listener: object): void {
  remembered().set(server, listener);
}

/** What a server calls for each request, and what it was remembered to have called before. */
export function requestListeners(server: EventEmitter): readonly object[] {
  const known = remembered().get(server);
  const present = server.listeners('request');
  return known === undefined || present.includes(known as () => void) ? present : [...present, known];
}

/** By server; neither is held. */
function remembered(): WeakMap<EventEmitter, object> {
  return sharedState('http.request-listeners', () => new WeakMap());
}
