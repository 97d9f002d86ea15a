// Jest's fake timers change the global ones alone.
import { clearTimeout, setTimeout } from 'node:timers';
import { checkMillis } from '../diagnostics/validation.js';

/** How long to wait. */
export interface WaitOptions {
  /**
   * In milliseconds.
   *
   * @default 2000
   */
  readonly timeoutMillis?: number;
}

/** What is waited for. */
export interface Awaited<T> {
  /** What there is by now; `undefined` when it has not come. */
  readonly look: () => T | undefined;
  /** Has a function called when something has come; returns its undo. */
  readonly listen: (listener: () => void) => () => void;
  /** The message when it does not come in time. */
  readonly complain: () => string;
}

/**
 * Waits for something to come, for a limited time.
 *
 * @throws Error with the complaint when it does not come, and whatever looking throws
 */
export async function waitFor<T>({ look, listen, complain }: Awaited<T>, options: WaitOptions = {}): Promise<T> {
  const { timeoutMillis = 2000 } = options;
  checkMillis('timeoutMillis', timeoutMillis);
  const found = look();
  if (found !== undefined) {
    return found;
  }
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      stop();
      settle();
    };
    const stop = listen(() => {
      try {
        const come = look();
        if (come !== undefined) {
          finish(() => resolve(come));
        }
      } catch (error) {
        finish(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    });
    const timer = setTimeout(() => finish(() => reject(new Error(complain()))), timeoutMillis);
  });
}
