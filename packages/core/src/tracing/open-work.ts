import { sharedState } from '../shared-state.js';

/** Why the process ends: by a signal, by an error that nobody has caught, or with an exit code. */
export type ProcessEndCause = { readonly signal: string } | { readonly error: unknown } | { readonly exitCode: number };

/** Something that is not waited for when the process ends, and is then recorded as far as it has come. */
export interface OpenWork {
  /** Ends its span now. */
  end(cause: ProcessEndCause): void;
}

function openWork(): Set<OpenWork> {
  return sharedState('tracing.open-work', () => new Set());
}

/**
 * Remembers what is to be recorded when the process ends.
 *
 * @returns a function that forgets it, for what has ended by itself
 */
export function rememberOpenWork(work: OpenWork): () => void {
  openWork().add(work);
  return () => void openWork().delete(work);
}

/** The process ends: whatever is open ends with it. */
export function endOpenWork(cause: ProcessEndCause): void {
  const all = [...openWork()];
  openWork().clear();
  all.forEach((work) => work.end(cause));
}
