import type { ServerResponse } from 'node:http';
import { guarded, sharedState } from '@otelier/core/adapter';
import type { ExpressRequest, Next } from '../express-request.js';
import { matchedMember, mountTemplate, type RouterLayer } from './router-layer.js';
import { isRouteHandler } from '../routing/route-handler.js';
import { enterMount, enterRoute, enterRouter, noteError, placeOfRouter } from '../routing/router-trail.js';
import { placeOfHandler, stackOf } from './router-tree.js';
import { pathOf, patternText } from '../routing/route-template.js';

type CallHandler = (
  this: RouterLayer,
  ...call: [request: ExpressRequest, response: ServerResponse, next: Next]
) => unknown;
type CallErrorHandler = (
  this: RouterLayer,
  ...call: [error: unknown, request: ExpressRequest, response: ServerResponse, next: Next]
) => unknown;

/** The methods through which a router calls handlers, as Express 4 and as Express 5 name them. */
interface LayerPrototype {
  handle_request?: CallHandler;
  handle_error?: CallErrorHandler;
  handleRequest?: CallHandler;
  handleError?: CallErrorHandler;
}

/**
 * Follows requests and their errors through routers that publish nothing: those of Express 4, and of Express 5 before
 * `router` 2.3. They have no seam that all handlers pass but the layer that calls them, so its two methods are
 * wrapped, once for each copy of the router, when its first request comes. The wrappers look on and change nothing.
 *
 * @param handler - the handler that runs now: what is called after it is followed from there
 */
export function observeLayers(request: ExpressRequest, handler: unknown): void {
  const [layer] = stackOf(request.app);
  if (layer === undefined) {
    return;
  }
  enterRouter(request, placeOfHandler(request, handler));
  const prototype = Object.getPrototypeOf(layer) as LayerPrototype;
  const undos = sharedState('express.observed-layers', () => new Map<LayerPrototype, () => void>());
  if (!undos.has(prototype)) {
    undos.set(prototype, wrapMethods(prototype));
  }
}

const follow = guarded('following a request', followRequest);
const note = guarded('noting an error', noteError);

function wrapMethods(prototype: LayerPrototype): () => void {
  const originals = { ...prototype };
  const { handle_request, handle_error, handleRequest, handleError } = prototype;
  Object.assign(prototype, {
    ...(handle_request && { handle_request: watchHandler(handle_request) }),
    ...(handle_error && { handle_error: watchErrorHandler(handle_error) }),
    ...(handleRequest && { handleRequest: watchHandler(handleRequest) }),
    ...(handleError && { handleError: watchErrorHandler(handleError) }),
  });
  return () => Object.assign(prototype, originals);
}

function watchHandler(original: CallHandler): CallHandler {
  return function call(request, response, next) {
    follow(this, request, response);
    return original.call(this, request, response, watchNext(request, next));
  };
}

function watchErrorHandler(original: CallErrorHandler): CallErrorHandler {
  // oxlint-disable-next-line max-params -- Express's signature
  return function callError(error, request, response, next) {
    note(request, error);
    return original.call(this, error, request, response, watchNext(request, next));
  };
}

function followRequest(layer: RouterLayer, request: ExpressRequest, response: ServerResponse): void {
  const { route, baseUrl = '' } = request;
  const path = pathOf(request.url);
  if (isRouteHandler(layer) && route !== undefined) {
    enterRoute(request, patternText(matchedMember(layer, route.path, path)));
  } else if (layer.route === undefined) {
    const matched = baseUrl.slice(placeOfRouter(request).baseUrl.length);
    const mount = matched === '' ? undefined : mountTemplate(layer, { path: matched + path });
    enterMount(request, response, mount?.template ?? '');
  }
}

function watchNext(request: ExpressRequest, next: Next): Next {
  return (error) => {
    // The words by which a handler leaves its route or its router are no errors.
    if (error && error !== 'route' && error !== 'router') {
      note(request, error);
    }
    next(error);
  };
}
