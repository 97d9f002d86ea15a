import { objectNotes, type ObjectNotes } from '../../given-object.js';
import type { Undo } from '../../lifetime.js';
import { heldState } from '../../shared-state.js';
import type { ServerEvents } from './server-events.js';

/** How a server is watched. */
export interface ServerWatch {
  readonly events: ServerEvents;
  readonly undo: Undo;
}

type Watches = ObjectNotes<object, ServerWatch | undefined>;

/** How a server is watched, of which each request asks; `undefined` for one that is not watched, or not any more. */
export const watchedServers: () => Watches = heldState('http.server-watches', () => objectNotes<object, ServerWatch | undefined>());
