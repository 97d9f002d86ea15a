import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  guarded,
  plainFacts,
  recognizeServers,
  sharedState,
  watchServer,
  watchServerOf,
  type ResolvedRequestOptions,
  type ServerWatcher,
} from '@otelier/core/adapter';
import type { FastifyInstance } from 'fastify';
import { SCOPE } from './version.js';

/** The parts of a Fastify instance that have to do with its servers. */
export type ServingInstance = Pick<FastifyInstance, 'addHook'> & { readonly server: EventEmitter };

/**
 * The servers of a Fastify instance, and their requests that no hook sees: malformed ones, upgrades, and what Fastify
 * answers before it looks for a route. The latter belong to the instance only when the plugin stands at its root.
 */
export class FastifyServers {
  private readonly watcher: ServerWatcher;

  constructor(
    private readonly fastify: ServingInstance,
    options: ResolvedRequestOptions,
  ) {
    // Every other instance has the server of its parent.
    const isRoot = Object.hasOwn(fastify, 'server');
    this.watcher = { scope: SCOPE, options, guess: viewRequest, observesAll: isRoot, isBelowPrefix: !isRoot };
    const look = guarded('looking at a server', () => remember(fastify.server, this.watcher));
    fastify.addHook('onReady', (done) => {
      look();
      done();
    });
    recognizeServers('fastify', recognizeServer);
  }

  /** A request has come, maybe on a connection from before the set-up, or on a server of the application's own making. */
  meet(request: IncomingMessage, response: ServerResponse): void {
    if (request.httpVersionMajor > 1) {
      watchServer(this.fastify.server, this.watcher);
    } else {
      watchServerOf({ request, response }, () => this.watcher);
    }
  }
}

/** An application may put a listener of its own in the place of Fastify's: the server itself is known too. */
function remember(server: EventEmitter, watcher: ServerWatcher): void {
  const known = knownWatchers();
  const [listener = server] = server.listeners('request');
  for (const key of [server, listener]) {
    if (watcher.isBelowPrefix !== true || !known.has(key)) {
      known.set(key, watcher);
    }
  }
}

/** All servers of an instance, of which `localhost` has one for each address, are made with the same listener. */
function recognizeServer(server: EventEmitter): ServerWatcher | undefined {
  const known = knownWatchers();
  const [listener = server] = server.listeners('request');
  return known.get(server) ?? known.get(listener);
}

/** By server and by listener; neither of them is held. */
function knownWatchers(): WeakMap<object, ServerWatcher> {
  return sharedState('fastify.server-watchers', () => new WeakMap());
}

/** As much of Fastify's request as is known without it. */
function viewRequest(raw: IncomingMessage): ReturnType<ServerWatcher['guess']> {
  const { url, method, headers } = raw;
  const facts = plainFacts(raw);
  const known = { raw, url, originalUrl: url, method, headers, protocol: facts.scheme, host: facts.host, ip: facts.clientAddress };
  return { facts, request: { ...known, params: {}, query: {}, body: undefined, routeOptions: { config: {} } } };
}
