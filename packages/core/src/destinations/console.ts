import { checkConsoleOptions } from './destination-checks.js';
import type { ConsoleDestination, Signal } from './destination.js';

/** Options of {@link consoleDestination}. */
export interface ConsoleOptions {
  /**
   * Whether a trace is one line instead of a tree.
   *
   * @default false
   */
  readonly quiet?: boolean;
  /**
   * The signals that are printed. Log records stand beneath their spans.
   *
   * @default ['traces']
   */
  readonly signals?: readonly Signal[];
}

/**
 * Prints traces for people on standard output, each as a tree when its first span in this process has ended: for
 * development, not for production. Colours come on a terminal alone, and as NO_COLOR and FORCE_COLOR say.
 *
 * @throws TypeError for a wrong option
 */
export function consoleDestination(options: ConsoleOptions = {}): ConsoleDestination {
  checkConsoleOptions('consoleDestination', options);
  const { quiet = false, signals = ['traces'] } = options;
  return { kind: 'console', name: 'console', signals, quiet };
}
