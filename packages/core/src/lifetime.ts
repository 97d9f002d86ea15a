import { reportInternalError } from './diagnostics/report.js';
import { heldState } from './shared-state.js';

/** Takes something back. */
export type Undo = () => void;

interface Lifetimes {
  readonly undos: Set<Undo>;
  readonly restarts: Set<() => void>;
  /** Whether the last set-up has been shut down, or records nothing. */
  isOver: boolean;
  /** Whether the set-up that runs records nothing: the context is propagated, and no library is patched. */
  isDisabled: boolean;
}

const lifetimes = heldState<Lifetimes>('lifetimes', () => ({
  undos: new Set(),
  restarts: new Set(),
  isOver: false,
  isDisabled: false,
}));

/**
 * Whether requests are worth being watched: not after a shutdown, nor with a set-up that records nothing. An application
 * that brings an SDK of its own has no set-up at all, and is.
 */
export function isAtWork(): boolean {
  return !lifetimes().isOver;
}

/** Whether the set-up that runs records nothing. */
export function isDisabled(): boolean {
  return lifetimes().isDisabled;
}

/** Notes whether the set-up that runs records nothing. */
export function noteDisabled(isDisabled: boolean): void {
  lifetimes().isDisabled = isDisabled;
}

/**
 * Has something taken back when the set-up is shut down.
 *
 * @returns a function that forgets it again, for what was taken back earlier
 */
export function onShutdown(undo: Undo): () => void {
  const { undos } = lifetimes();
  undos.add(undo);
  return () => void undos.delete(undo);
}

/** Something that begins with each set-up and ends with it. */
export interface SetupPart {
  readonly isRunning: boolean;
  /** Begins it now; does nothing while it runs, and after a shutdown. */
  begin(): void;
}

/**
 * Makes something that ends with each set-up and begins again with the next one. Once for each function.
 *
 * @param start - returns its undo
 */
export function untilShutdown(start: () => Undo): SetupPart {
  let isRunning = false;
  const begin = (): void => {
    if (!isRunning && isAtWork()) {
      isRunning = true;
      const undo = start();
      onShutdown(() => {
        isRunning = false;
        undo();
      });
    }
  };
  lifetimes().restarts.add(begin);
  return {
    begin,
    get isRunning() {
      return isRunning;
    },
  };
}

/** A set-up begins, which records something. */
export function beginLifetimes(): void {
  const state = lifetimes();
  state.isOver = false;
  state.restarts.forEach((restart) => attempt('beginning with the set-up', restart));
}

/** The set-up ends, or one begins that records nothing. */
export function endLifetimes(): void {
  const state = lifetimes();
  state.isOver = true;
  const all = [...state.undos];
  state.undos.clear();
  all.forEach((undo) => attempt('ending with the set-up', undo));
}

/** One part that fails must not keep the others. */
function attempt(what: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    reportInternalError(what, error);
  }
}
