import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { guarded } from '../diagnostics/guarded.js';
import type { Undo } from './integration.js';

/** Listens to a diagnostics channel with a function that can't hurt whoever publishes. */
export function listen<Message>(name: string, listener: (message: Message) => void): Undo {
  const report = guarded(`hearing of ${name}`, listener);
  const subscriber = (message: unknown): void => report(message as Message);
  // By name: a channel object that nobody holds can be collected, its subscribers with it.
  subscribe(name, subscriber);
  return () => {
    unsubscribe(name, subscriber);
  };
}
