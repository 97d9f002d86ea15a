import type { ConsoleDestination } from './destination.js';

/** Prints every ended span on standard output: for a first look, not for production. */
export function consoleDestination(): ConsoleDestination {
  return { kind: 'console', name: 'console', signals: ['traces'] };
}
