import { functionName, type LayerDescription } from '@otelier/core/adapter';
import type { ExpressRequest } from '../express-request.js';
import { matchedTemplate } from './router-trail.js';

/** A call of one of Express's layers. */
export interface LayerCall {
  /** The function that is called. */
  readonly handler: unknown;
  /** What the function is for its router, as it is known beforehand. */
  readonly role: 'handler' | 'mount' | 'error-handler' | 'param';
  /** The parameter whose callback is called. */
  readonly param?: string | undefined;
}

/**
 * Describes a layer for its span: `middleware jsonParser`, `router /api/:tenant`, `handler /users/:id`,
 * `error handler onError`, `param id`.
 *
 * `express.type` has the values that instrumentation-express gives it (`middleware`, `router`, `request_handler`), and
 * two for what that does not show (`error_handler`, `param`).
 */
export function describeLayer(request: ExpressRequest, { handler, role, param }: LayerCall): LayerDescription {
  const name = functionName(handler);
  switch (role) {
    case 'error-handler':
      return describe({ kind: 'error handler', label: name, handler }, 'error_handler');
    case 'param':
      return describe({ kind: 'param', label: param, handler }, 'param');
    case 'handler': {
      const route = matchedTemplate(request, 'route');
      return describe({ kind: 'handler', label: route ?? name, handler, route }, 'request_handler');
    }
    case 'mount': {
      const route = matchedTemplate(request, 'mount');
      return isRouter(handler)
        ? describe({ kind: 'router', label: route, route }, 'router')
        : describe({ kind: 'middleware', label: name ?? route, handler, route }, 'middleware');
    }
  }
}

function describe(layer: Omit<LayerDescription, 'attributes'>, type: string): LayerDescription {
  return { ...layer, attributes: { 'express.type': type } };
}

/** Whether a handler is a router, or an application that Express has mounted. */
function isRouter(handler: unknown): boolean {
  const { stack, name } = handler as { readonly stack?: unknown; readonly name?: unknown };
  return Array.isArray(stack) || name === 'mounted_app';
}
