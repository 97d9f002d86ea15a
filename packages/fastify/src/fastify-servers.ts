import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { plainFacts, watchServer, watchServerOf, type ResolvedRequestOptions, type ServerWatcher } from '@otelier/core/adapter';
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
  private readonly undos: (() => void)[] = [];
  private isClosed = false;

  constructor(
    private readonly fastify: ServingInstance,
    options: ResolvedRequestOptions,
  ) {
    // Every other instance has the server of its parent.
    const isRoot = Object.hasOwn(fastify, 'server');
    this.watcher = { scope: SCOPE, options, guess: viewRequest, observesAll: isRoot };
    fastify.addHook('onReady', (done) => {
      this.watchOwn();
      done();
    });
    fastify.addHook('onClose', (_instance, done) => {
      this.isClosed = true;
      this.undos.forEach((undo) => undo());
      done();
    });
  }

  /** A request has come: after a shutdown its server is to be watched again, and `localhost` has one for each address. */
  meet(request: IncomingMessage, response: ServerResponse): void {
    if (this.isClosed) {
      return;
    }
    if (request.httpVersionMajor > 1) {
      this.watchOwn();
    } else {
      watchServerOf({ request, response }, () => this.watcher);
    }
  }

  private watchOwn(): void {
    const undo = watchServer(this.fastify.server, this.watcher);
    if (undo !== undefined) {
      this.undos.push(undo);
    }
  }
}

/** As much of Fastify's request as is known without it. */
function viewRequest(raw: IncomingMessage): ReturnType<ServerWatcher['guess']> {
  const { url, method, headers } = raw;
  const facts = plainFacts(raw);
  const known = { raw, url, originalUrl: url, method, headers, protocol: facts.scheme, host: facts.host, ip: facts.clientAddress };
  return { facts, request: { ...known, params: {}, query: {}, body: undefined, routeOptions: { config: {} } } };
}
