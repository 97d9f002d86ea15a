import { onShutdown, sharedState } from '@otelier/core/adapter';
import type { ExpressApplication } from '../express-request.js';
import { routerOf } from './application-router.js';

interface ErrorHandlers {
  /** What stands in the routers of the applications that have one. */
  readonly layers: WeakMap<ExpressApplication, readonly object[]>;
  /** Forgets what is to be done at the shutdown for an application that is gone. */
  readonly gone: FinalizationRegistry<() => void>;
}

/**
 * Puts an error handler behind everything that an application has when its first request comes, until the set-up is
 * shut down: some errors reach Express past all handlers (those of `response.render()`, of `response.sendFile()`, of
 * `app.param()` before `router` 2.3), and its own answer to them tells nobody.
 *
 * @param handler - looks on and passes the error on
 */
export function appendErrorHandler(app: ExpressApplication | undefined, handler: () => unknown): void {
  const { layers, gone } = errorHandlers();
  if (app?.use === undefined || layers.has(app)) {
    return;
  }
  const before = routerOf(app)?.stack.length ?? 0;
  app.use(handler());
  layers.set(app, routerOf(app)?.stack.slice(before) ?? []);
  gone.register(app, removeAtShutdown(new WeakRef(app)));
}

/** Nothing else keeps an application that has no server, or none any more. */
function removeAtShutdown(known: WeakRef<ExpressApplication>): () => void {
  return onShutdown(() => {
    const app = known.deref();
    if (app !== undefined) {
      removeErrorHandler(app);
    }
  });
}

function removeErrorHandler(app: ExpressApplication): void {
  const { layers } = errorHandlers();
  const own = layers.get(app) ?? [];
  layers.delete(app);
  const router = routerOf(app);
  if (router !== undefined) {
    // A new list: requests that are under way count their steps on the one that they have begun with.
    router.stack = router.stack.filter((layer) => !own.includes(layer));
  }
}

function errorHandlers(): ErrorHandlers {
  return sharedState('express.error-handlers', () => ({
    layers: new WeakMap(),
    gone: new FinalizationRegistry<() => void>((forget) => forget()),
  }));
}
