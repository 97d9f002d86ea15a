import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { guarded } from '../../diagnostics/guarded.js';
import { untilShutdown, type SetupPart, type Undo } from '../../lifetime.js';
import { sharedState } from '../../shared-state.js';
import { watchAcceptingServer } from './server-watch.js';
import type { ServerWatcher } from './server-watcher.js';

/** What Node publishes for each connection that a server has accepted, before it reads from it. */
const CHANNEL = 'net.server.socket';

/**
 * Tells how the requests of a server are observed, mostly by the functions that it calls for each of them.
 *
 * @returns `undefined` for a server of somebody else's
 */
export type RecognizeServer = (server: EventEmitter) => ServerWatcher | undefined;

interface RecognizedServers {
  /** By adapter: each copy of its package recognizes what the others do. */
  readonly adapters: Map<string, RecognizeServer>;
  readonly connections: SetupPart;
}

/**
 * Watches an adapter's servers (`watchServer`) from their first connection on, until the set-up is shut down, and again
 * with the next one. Nothing is held of a server that no connection has come to.
 *
 * @param adapter - its name; the first call for it counts
 */
export function recognizeServers(adapter: string, recognize: RecognizeServer): void {
  const { adapters, connections } = sharedState('http.recognized-servers', createState);
  if (!adapters.has(adapter)) {
    adapters.set(adapter, recognize);
  }
  connections.begin();
}

function createState(): RecognizedServers {
  const adapters: RecognizedServers['adapters'] = new Map();
  return { adapters, connections: untilShutdown(() => listen(adapters)) };
}

function listen(adapters: RecognizedServers['adapters']): Undo {
  const find = (server: EventEmitter): ServerWatcher | undefined => {
    for (const recognize of adapters.values()) {
      const watcher = recognize(server);
      if (watcher !== undefined) {
        return watcher;
      }
    }
    return undefined;
  };
  const onConnection = guarded('finding a server', (message: unknown) => {
    watchAcceptingServer((message as { readonly socket: Socket }).socket, find);
  });
  subscribe(CHANNEL, onConnection);
  return () => void unsubscribe(CHANNEL, onConnection);
}
