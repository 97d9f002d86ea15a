import { sharedState } from '@otelier/core/adapter';
import type { ExpressRequest } from '../express-request.js';
import { setRouteTemplate } from '../routing/router-trail.js';
import { templateOfRoute } from './router-tree.js';

/** Where a request was when the last handler was called. */
type LastCall = Pick<ExpressRequest, 'app' | 'route'>;

/** A handler is called: whatever route Express says that the request is in, it is followed from here on. */
export function rememberCall(request: ExpressRequest): void {
  const { app, route } = request;
  const last = lastCalls().get(request);
  if (last === undefined || last.app !== app || last.route !== route) {
    lastCalls().set(request, { app, route });
  }
}

/**
 * Finds the route of a request whose error comes from before the route's handlers: Express is in the route already when
 * it calls back for a parameter (`router.param()`), and no layer is called then.
 */
export function followFailedRoute(request: ExpressRequest): void {
  const { app = request.app, route } = lastCalls().get(request) ?? {};
  if (app === undefined || request.route === undefined || request.route === route) {
    return;
  }
  rememberCall(request);
  const template = templateOfRoute(request, app);
  if (template !== undefined) {
    setRouteTemplate(request, template);
  }
}

function lastCalls(): WeakMap<ExpressRequest, LastCall> {
  return sharedState('express.last-calls', () => new WeakMap());
}
