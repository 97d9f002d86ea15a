import { sharedState } from '@otelier/core/adapter';
import type { ExpressApplication } from '../express-request.js';

/**
 * Puts an error handler behind everything that an application has when its first request comes: some errors reach
 * Express past all handlers (those of `response.render()`, of `response.sendFile()`, of `app.param()` before
 * `router` 2.3), and its own answer to them tells nobody.
 *
 * @param handler - looks on and passes the error on
 */
export function appendErrorHandler(app: ExpressApplication | undefined, handler: () => unknown): void {
  const known = sharedState('express.error-handlers', () => new WeakSet<ExpressApplication>());
  if (app !== undefined && !known.has(app)) {
    known.add(app);
    app.use?.(handler());
  }
}
