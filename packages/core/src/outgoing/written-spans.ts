import { heldState } from '../shared-state.js';

/** As many as a busy service sends while one of its requests is redirected. */
const MAX_SPANS = 4096;

/** A ring: each request writes, and only the few that carry a trace already are looked for. */
interface WrittenSpans {
  readonly ids: string[];
  next: number;
}

const written = heldState<WrittenSpans>('outgoing.written-spans', () => ({ ids: [], next: 0 }));

/**
 * Remembers that a span's id has been sent in the headers of a request: some clients copy the headers of a request into
 * the one that follows its redirect.
 */
export function rememberWritten(spanId: string): void {
  const spans = written();
  spans.ids[spans.next] = spanId;
  spans.next = (spans.next + 1) % MAX_SPANS;
}

/** Whether {@link rememberWritten} was told of a span; the last 4096 are known. */
export function isWritten(spanId: string): boolean {
  return written().ids.includes(spanId);
}
