import { sharedState } from '../shared-state.js';

/** As many as a busy service sends while one of its requests is redirected. */
const MAX_SPANS = 4096;

/**
 * Remembers that a span's id has been sent in the headers of a request: some clients copy the headers of a request into
 * the one that follows its redirect.
 */
export function rememberWritten(spanId: string): void {
  const written = writtenSpans();
  written.add(spanId);
  if (written.size > MAX_SPANS) {
    const [oldest] = written;
    written.delete(oldest as string);
  }
}

/** Whether {@link rememberWritten} was told of a span; the last 4096 are known. */
export function isWritten(spanId: string): boolean {
  return writtenSpans().has(spanId);
}

function writtenSpans(): Set<string> {
  return sharedState('outgoing.written-spans', () => new Set<string>());
}
