import { heldState } from './shared-state.js';

const deferred = heldState<{ start: (() => void) | undefined }>('deferred-start', () => ({ start: undefined }));

/**
 * Has a set-up begin with the first work that is to be recorded. There is one set-up, so a further call takes the place
 * of the one before.
 *
 * @returns a function that takes that back
 */
export function deferStart(start: () => void): () => void {
  const state = deferred();
  state.start = start;
  return () => {
    if (state.start === start) {
      state.start = undefined;
    }
  };
}

/** The first request or job has come: a set-up that waits for that begins. */
export function startDeferred(): void {
  const state = deferred();
  const { start } = state;
  if (start !== undefined) {
    state.start = undefined;
    start();
  }
}
