import type { EventEmitter } from 'node:events';
import { recognizeServers, requestListeners, sharedState, type ResolvedRequestOptions, type ServerWatcher } from '@otelier/core/adapter';
import type { ExpressApplication } from './express-request.js';
import { routerOf } from './routing/application-router.js';
import { describeServer } from './server-view.js';

/** Middleware in a router's stack. */
interface MountedLayer {
  readonly handle?: unknown;
  readonly slash?: boolean;
  readonly regexp?: { readonly fast_slash?: boolean };
}

/**
 * Observes the requests that never reach an application, on the servers that call it for each request, from their first
 * connection on. An application is known by the middleware at the root of its own stack: one that is called by a
 * function around it is known with its first request only, and of one that is observed below a path nobody knows
 * whether such a request belongs there.
 */
export function expectServers(middleware: object, options: ResolvedRequestOptions): void {
  middlewares().set(middleware, options);
  recognizeServers('express', recognizeServer);
}

function recognizeServer(server: EventEmitter): ServerWatcher | undefined {
  for (const listener of requestListeners(server)) {
    const options = rootOptions(listener);
    if (options !== undefined) {
      return describeServer(listener as ExpressApplication, options, false);
    }
  }
  return undefined;
}

/** The options of the middleware at the root of an application. */
function rootOptions(app: unknown): ResolvedRequestOptions | undefined {
  const known = middlewares();
  // What has a stack need not be a router.
  const layers = (routerOf(app)?.stack ?? []) as readonly (MountedLayer | null | undefined)[];
  const root = layers.find((layer) => layer && known.has(layer.handle as object) && matchesAll(layer));
  return known.get(root?.handle as object);
}

/** Routers mark a layer that is mounted at `/`: version 4 at its expression, version 5 at the layer. */
function matchesAll({ slash, regexp }: MountedLayer): boolean {
  return slash === true || regexp?.fast_slash === true;
}

/** The options of each middleware. */
function middlewares(): WeakMap<object, ResolvedRequestOptions> {
  return sharedState('express.middlewares', () => new WeakMap());
}
