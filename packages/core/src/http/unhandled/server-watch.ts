import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { reportInternalError } from '../../diagnostics/report.js';
import { isAtWork, onShutdown, type Undo } from '../../lifetime.js';
import { heldState } from '../../shared-state.js';
import { replaceOwnMethod } from '../../own-method.js';
import type { RequestMessage } from './refused-requests.js';
import { ServerEvents, type Visit } from './server-events.js';
import type { ServerWatcher } from './server-watcher.js';
import type { UnhookedRequest } from './unhooked-requests.js';
import { watchedServers } from './watched-server.js';

/** What Node publishes for each request of HTTP/1 that it has parsed, before it does anything else with it. */
const REQUEST_START = 'http.server.request.start';
/** What it publishes when the response has been written. */
const RESPONSE_FINISH = 'http.server.response.finish';

interface WatchState {
  /** Told of a server that is gone without having been closed: one that has never listened never is. */
  readonly gone: FinalizationRegistry<Undo>;
  /** How many there are, so that the channels are listened to no longer than needed. */
  count: number;
  /** Ends the listening to the channels, which one copy of the package does for all. */
  unlisten: Undo | undefined;
}

const watchState = heldState<WatchState>('http.watched-servers.v2', () => ({
  gone: new FinalizationRegistry<Undo>((uncount) => uncount()),
  count: 0,
  unlisten: undefined,
}));

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
  const state = watchState();
  const known = watchedServers().get(server);
  if (known !== undefined || !isAtWork()) {
    known?.events.meet(given);
    return undefined;
  }
  const events = new ServerEvents(server, given);
  const uncount = countServer(server, state);
  const restore = lookIntoEvents(server, events, () => undo());
  const undo = (): void => {
    watchedServers().set(server, undefined);
    restore();
    uncount();
  };
  watchedServers().set(server, { events, undo });
  return undo;
}

/**
 * Counts a server until it is not watched any more, or gone: nothing here holds it.
 *
 * @returns the undo; later calls do nothing
 */
function countServer(server: EventEmitter, state: WatchState): Undo {
  const known = new WeakRef(server);
  const forget = onShutdown(() => {
    const alive = known.deref();
    if (alive !== undefined) {
      watchedServers().get(alive)?.undo();
    }
  });
  let isCounted = true;
  const uncount = (): void => {
    if (isCounted) {
      isCounted = false;
      forget();
      listenToRequests(state, -1);
    }
  };
  listenToRequests(state, 1);
  state.gone.register(server, uncount);
  return uncount;
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
  if (!isHttp1 || !isAtWork()) {
    return;
  }
  const known = watchedServers().get(server);
  if (known?.events.isBelowPrefix === true) {
    known.events.meet(describe());
  } else if (known === undefined) {
    watchServer(server, describe());
    // Its beginning was told before anybody listened.
    watchedServers().get(server)?.events.noteRequest({ ...exchange, socket, server });
  }
}

/**
 * Watches the server that has accepted a connection, unless it is watched already. Cheap enough for every connection.
 *
 * @param describe - called for a server that is not watched
 */
export function watchAcceptingServer(socket: Socket, describe: (server: Server) => ServerWatcher | undefined): void {
  const { server } = socket as { readonly server?: Server };
  const watcher = server === undefined || watchedServers().get(server) !== undefined ? undefined : describe(server);
  if (server !== undefined && watcher !== undefined) {
    watchServer(server, watcher);
    // The connection was told before anybody listened.
    watchedServers().get(server)?.events.begin(['connection', socket]);
  }
}

/** @param closed - called when the server is closed */
function lookIntoEvents(server: EventEmitter, events: ServerEvents, closed: () => void): Undo {
  let isOver = false;
  const restore = replaceOwnMethod(server, 'emit', (original) => {
    const isWrapped = original !== EventEmitter.prototype.emit;
    return function emit(this: unknown, ...event) {
      if (isOver || !events.cares(event[0])) {
        return Reflect.apply(original, this, event);
      }
      if (event[0] === 'request') {
        const passed = events.passRequest(event[1] as IncomingMessage, event[2] as ServerResponse, isWrapped);
        try {
          return Reflect.apply(original, this, event);
        } finally {
          endPassing(passed);
        }
      }
      const visit = begin(events, event);
      let isHandled = true;
      try {
        const result =
          visit?.within === undefined
            ? Reflect.apply(original, this, event)
            : context.with(visit.within, () => Reflect.apply(original, this, event));
        isHandled = result === true;
        return result;
      } finally {
        if (visit?.after !== undefined) {
          end(visit, isHandled);
        }
        if (event[0] === 'close') {
          closed();
        }
      }
    };
  });
  return () => {
    isOver = true;
    restore();
  };
}

function begin(events: ServerEvents, event: readonly unknown[]): ReturnType<ServerEvents['begin']> {
  try {
    return events.begin(event);
  } catch (error) {
    reportInternalError('watching a server', error);
    return undefined;
  }
}

const endPassing = guarded('watching a server', (passed: UnhookedRequest) => passed.after());

const end = guarded('watching a server', (visit: Visit, isHandled: boolean) => visit.after?.(isHandled));

function listenToRequests(state: WatchState, step: 1 | -1): void {
  state.count += step;
  if (state.count > 0) {
    state.unlisten ??= listenToChannels();
  } else {
    state.unlisten?.();
    state.unlisten = undefined;
  }
}

function listenToChannels(): Undo {
  subscribe(REQUEST_START, onRequestStart);
  subscribe(RESPONSE_FINISH, onResponseFinish);
  return () => {
    unsubscribe(REQUEST_START, onRequestStart);
    unsubscribe(RESPONSE_FINISH, onResponseFinish);
  };
}

const onRequestStart = guarded('watching a server', (message: unknown) => {
  const started = message as RequestMessage;
  watchedServers().get(started.server)?.events.onRequestStart(started);
});

const onResponseFinish = guarded('watching a server', (message: unknown) => {
  const finished = message as RequestMessage;
  watchedServers().get(finished.server)?.events.onResponseFinish(finished);
});
