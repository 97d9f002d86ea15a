import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { reportInternalError } from '../../diagnostics/report.js';
import { isAtWork, onShutdown, type Undo } from '../../lifetime.js';
import { sharedState } from '../../shared-state.js';
import { isObserved, observeEarly } from '../observe-request.js';
import { replaceOwnMethod } from '../own-method.js';
import { isRefusedByNode, type RequestMessage } from './refused-requests.js';
import { ServerEvents } from './server-events.js';
import { withoutHooks, type ServerWatcher } from './server-watcher.js';
import { watchUnhooked } from './unhooked-requests.js';

/** What Node publishes for each request of HTTP/1 that it has parsed, before it does anything else with it. */
const CHANNEL = 'http.server.request.start';

interface WatchedServers {
  readonly watches: WeakMap<object, ServerWatch>;
  /** How many there are, so that the channel is listened to no longer than needed. */
  count: number;
  /** The listener to the channel, which is that of one copy of the package. */
  listener: ((message: unknown) => void) | undefined;
}

interface ServerWatch {
  readonly events: ServerEvents;
  readonly watcher: ServerWatcher;
}

/**
 * Observes the requests of a server that reach no handler: malformed and too slow ones, upgrades, those that Node
 * answers by itself. Once for each server, until it is closed or the set-up is shut down.
 *
 * What Node does with malformed requests and with upgrades depends on whether anybody listens, so nobody does: the
 * server's own `emit` is looked into, and returns what it always returned.
 *
 * @returns the undo; `undefined` for a server that is watched already, and after a shutdown
 */
export function watchServer(server: EventEmitter, given: ServerWatcher): Undo | undefined {
  const watched = watchedServers();
  if (watched.watches.has(server) || !isAtWork()) {
    return undefined;
  }
  const watcher = withoutHooks(given);
  const events = new ServerEvents(watcher);
  watched.watches.set(server, { events, watcher });
  listenToRequests(watched, 1);
  const undos = [
    lookIntoEvents(server, events, () => undo()),
    watcher.observesAll === true ? watchUnhooked(server, watcher) : () => {},
    () => watched.watches.delete(server),
    () => listenToRequests(watched, -1),
  ];
  const undo = (): void => {
    forget();
    undos.splice(0).forEach((step) => step());
  };
  const forget = onShutdown(undo);
  return undo;
}

/**
 * Watches the server that a request has come to, unless it is watched already. Cheap enough for every request.
 *
 * @param describe - called for the first request of a server
 */
export function watchServerOf(exchange: Pick<RequestMessage, 'request' | 'response'>, describe: () => ServerWatcher): void {
  const { socket } = exchange.request;
  // Node sets this on every socket that a server accepts; an injected request and a stream of HTTP/2 have none.
  const { server } = (socket ?? {}) as { readonly server?: Server };
  const isHttp1 = server !== undefined && exchange.request.httpVersionMajor === 1;
  if (isHttp1 && isAtWork() && !watchedServers().watches.has(server)) {
    watchServer(server, describe());
    // Its beginning was told before anybody listened.
    watchedServers().watches.get(server)?.events.noteRequest({ ...exchange, socket, server });
  }
}

function watchedServers(): WatchedServers {
  return sharedState('http.watched-servers', () => ({ watches: new WeakMap(), count: 0, listener: undefined }));
}

/** @param closed - called when the server is closed */
function lookIntoEvents(server: EventEmitter, events: ServerEvents, closed: () => void): Undo {
  let isOver = false;
  const restore = replaceOwnMethod(server, 'emit', (original) =>
    function emit(this: unknown, ...event) {
      const call = (): unknown => Reflect.apply(original, this, event);
      if (isOver || !events.cares(event[0])) {
        return call();
      }
      const visit = begin(events, event);
      let isHandled = true;
      try {
        const result = visit?.within === undefined ? call() : context.with(visit.within, call);
        isHandled = result === true;
        return result;
      } finally {
        attempt(() => visit?.after?.(isHandled));
        if (event[0] === 'close') {
          closed();
        }
      }
    },
  );
  return () => {
    isOver = true;
    restore();
  };
}

function begin(events: ServerEvents, [name, ...args]: unknown[]): ReturnType<ServerEvents['begin']> {
  try {
    return events.begin(name, args);
  } catch (error) {
    reportInternalError('watching a server', error);
    return undefined;
  }
}

const attempt = guarded('watching a server', (action: () => void) => action());

function listenToRequests(watched: WatchedServers, step: 1 | -1): void {
  watched.count += step;
  if (watched.count > 0 && watched.listener === undefined) {
    watched.listener = onRequestStart;
    subscribe(CHANNEL, onRequestStart);
  } else if (watched.count === 0 && watched.listener !== undefined) {
    unsubscribe(CHANNEL, watched.listener);
    watched.listener = undefined;
  }
}

const onRequestStart = guarded('watching a server', (message: unknown) => {
  const started = message as RequestMessage;
  const watch = watchedServers().watches.get(started.server);
  if (watch === undefined) {
    return;
  }
  watch.events.noteRequest(started);
  if (isRefusedByNode(started) && !isObserved(started.request)) {
    observeEarly(started, watch.watcher);
  }
});
