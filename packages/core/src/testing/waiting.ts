import { performance } from 'node:perf_hooks';
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

/** @param isLast - whether what has come can be seen now for the last time */
export type ArrivalListener = (isLast: boolean) => void;

/** What is waited for. */
export interface Awaited<T> {
  /** What there is by now; `undefined` when it has not come. */
  readonly look: () => T | undefined;
  /** Has a function called when something has come, or is about to be forgotten; returns its undo. */
  readonly listen: (listener: ArrivalListener) => () => void;
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
    let isOver = false;
    let again: NodeJS.Timeout | undefined;
    let lookMillis = 0;
    const finish = (settle: () => void): void => {
      isOver = true;
      clearTimeout(timer);
      clearTimeout(again);
      stop();
      settle();
    };
    const lookAgain = (): void => {
      clearTimeout(again);
      again = undefined;
      try {
        const began = performance.now();
        const come = look();
        lookMillis = performance.now() - began;
        if (come !== undefined) {
          finish(() => resolve(come));
        }
      } catch (error) {
        finish(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    };
    const stop = listen((isLast) => {
      // Once for all that comes meanwhile, and for half of the time at most: a look takes long where there is much.
      again ??= setTimeout(lookAgain, lookMillis);
      if (isLast) {
        lookAgain();
      }
    });
    const timer = setTimeout(() => {
      lookAgain();
      if (!isOver) {
        finish(() => reject(new Error(complain())));
      }
    }, timeoutMillis);
  });
}
