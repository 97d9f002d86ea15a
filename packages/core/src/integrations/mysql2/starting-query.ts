import { heldState } from '../../shared-state.js';
import type { ObservedQuery } from './observed-query.js';

/** A query that a channel has told of, between that and the driver's command for it: both happen in one call. */
interface StartingQuery {
  readonly query: ObservedQuery;
  readonly text: unknown;
  /** A connection that is closed calls back at once: another query can start before this one has its command. */
  readonly outer: StartingQuery | undefined;
}

const slot = heldState<{ innermost: StartingQuery | undefined }>('integrations.mysql2.starting-query', () => ({
  innermost: undefined,
}));

/** The driver is about to make its command, with this text. */
export function announceQuery(query: ObservedQuery, text: unknown): void {
  const state = slot();
  state.innermost = { query, text, outer: state.innermost };
}

/** The driver has made its command, or none. */
export function withdrawQuery(query: ObservedQuery | undefined): void {
  const state = slot();
  if (state.innermost?.query === query) {
    state.innermost = state.innermost?.outer;
  }
}

/** The query that the command being made, which has this text, is for, if a channel has told of one. */
export function takeAnnounced(text: unknown): ObservedQuery | undefined {
  const { innermost } = slot();
  return innermost?.text === text ? innermost?.query : undefined;
}
