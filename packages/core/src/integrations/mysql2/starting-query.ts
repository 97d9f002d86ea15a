import { sharedState } from '../../shared-state.js';
import type { ObservedQuery } from './observed-query.js';

/** A query that a channel has told of, between that and the driver's command for it: both happen in one call. */
interface StartingQuery {
  query: ObservedQuery | undefined;
}

/** The driver is about to make its command. */
export function announceQuery(query: ObservedQuery): void {
  slot().query = query;
}

/** The driver has made its command, or none. */
export function withdrawQuery(query: ObservedQuery | undefined): void {
  if (slot().query === query) {
    slot().query = undefined;
  }
}

/** The query that the command being made is for, if a channel has told of one. */
export function takeAnnounced(): ObservedQuery | undefined {
  const { query } = slot();
  slot().query = undefined;
  return query;
}

function slot(): StartingQuery {
  return sharedState('integrations.mysql2.starting-query', () => ({ query: undefined }));
}
