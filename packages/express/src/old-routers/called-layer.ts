import type { ServerResponse } from 'node:http';
import { context } from '@opentelemetry/api';
import { observationOf, reportInternalError, type LayerSpan } from '@otelier/core/adapter';
import type { ExpressRequest, Next } from '../express-request.js';
import type { LayerCall } from '../routing/layer-description.js';
import { enterLayer } from '../routing/open-layers.js';
import { isRouteHandler } from '../routing/route-handler.js';
import type { RouterLayer } from './router-layer.js';

/**
 * Begins the span of a layer that a router calls; `undefined` for requests whose layers get none, and for layers that
 * call nothing but `next` or the handlers of a route. Never throws.
 */
export function enterCalledLayer(
  layer: RouterLayer,
  request: ExpressRequest,
  calledWith: 'request' | 'error',
): LayerSpan | undefined {
  try {
    const { handle } = layer;
    const role = roleOf(layer, calledWith);
    return role === undefined ? undefined : enterLayer(request, { handler: handle, role });
  } catch (error) {
    reportInternalError('following a layer', error);
    return undefined;
  }
}

/** Calls a layer within its span's context; it is over when it has answered. */
export function callLayer<T>(span: LayerSpan, response: ServerResponse, call: () => T): T {
  try {
    return context.with(span.context, call);
  } finally {
    if (response.writableEnded) {
      span.end();
    }
  }
}

/** Goes on to the next layer, outside the context of the one that is over. */
export function leaveCalledLayer(span: LayerSpan, request: ExpressRequest, next: Next): Next {
  span.end();
  const outside = observationOf(request)?.layers?.outside();
  return outside === undefined ? next : (error) => context.with(outside, next, undefined, error);
}

function roleOf(layer: RouterLayer, calledWith: 'request' | 'error'): LayerCall['role'] | undefined {
  const parameters = typeof layer.handle === 'function' ? layer.handle.length : 0;
  if (calledWith === 'error') {
    return parameters === 4 ? 'error-handler' : undefined;
  }
  if (parameters > 3 || layer.route !== undefined) {
    return undefined;
  }
  return isRouteHandler(layer) ? 'handler' : 'mount';
}
