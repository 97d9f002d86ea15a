import type { ServerResponse } from 'node:http';
import { guarded, onShutdown, sharedState, type LayerSpan } from '@otelier/core/adapter';
import type { ExpressRequest, Next } from '../express-request.js';
import { callLayer, enterCalledLayer, leaveCalledLayer } from './called-layer.js';
import { matchedMember, mountTemplate, type RouterLayer } from './router-layer.js';
import { isRouteHandler } from '../routing/route-handler.js';
import { enterMount, enterRoute, enterRouter, noteError, placeOfRouter } from '../routing/router-trail.js';
import { placeOfHandler, stackOf } from './router-tree.js';
import { pathOf, patternText } from '../routing/route-template.js';
import { followFailedRoute, rememberCall } from './unfollowed-route.js';

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
 * wrapped, once for each copy of the router, when its first request comes, until the set-up is shut down. The wrappers
 * look on and change nothing.
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
  const wrapped = sharedState('express.observed-layers', () => new Set<LayerPrototype>());
  if (!wrapped.has(prototype)) {
    wrapped.add(prototype);
    const unwrap = wrapMethods(prototype);
    onShutdown(() => {
      wrapped.delete(prototype);
      unwrap();
    });
  }
}

const follow = guarded('following a request', followRequest);
const note = guarded('noting an error', noteError);
const followFailed = guarded('following a failed request', followFailedRoute);

function wrapMethods(prototype: LayerPrototype): () => void {
  const originals = { ...prototype };
  const { handle_request, handle_error, handleRequest, handleError } = prototype;
  const wrappers: LayerPrototype = {
    ...(handle_request && { handle_request: watchHandler(handle_request) }),
    ...(handle_error && { handle_error: watchErrorHandler(handle_error) }),
    ...(handleRequest && { handleRequest: watchHandler(handleRequest) }),
    ...(handleError && { handleError: watchErrorHandler(handleError) }),
  };
  Object.assign(prototype, wrappers);
  return () => {
    for (const name of Object.keys(wrappers) as (keyof LayerPrototype)[]) {
      // Somebody else's wrapper around this one stays, and what is left of this one beneath it only looks on.
      if (prototype[name] === wrappers[name]) {
        Object.assign(prototype, { [name]: originals[name] });
      }
    }
  };
}

function watchHandler(original: CallHandler): CallHandler {
  return function call(request, response, next) {
    follow(this, request, response);
    const span = enterCalledLayer(this, request, 'request');
    const goOn = watchNext(request, next, span);
    return span === undefined
      ? original.call(this, request, response, goOn)
      : callLayer(span, response, () => original.call(this, request, response, goOn));
  };
}

function watchErrorHandler(original: CallErrorHandler): CallErrorHandler {
  // oxlint-disable-next-line max-params -- Express's signature
  return function callError(error, request, response, next) {
    followFailed(request);
    note(request, error);
    const span = enterCalledLayer(this, request, 'error');
    const goOn = watchNext(request, next, span);
    return span === undefined
      ? original.call(this, error, request, response, goOn)
      : callLayer(span, response, () => original.call(this, error, request, response, goOn));
  };
}

function followRequest(layer: RouterLayer, request: ExpressRequest, response: ServerResponse): void {
  rememberCall(request);
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

function watchNext(request: ExpressRequest, next: Next, span: LayerSpan | undefined): Next {
  return (error) => {
    // The words by which a handler leaves its route or its router are no errors.
    if (error && error !== 'route' && error !== 'router') {
      note(request, error);
      span?.fail(error);
    }
    const goOn = span === undefined ? next : leaveCalledLayer(span, request, next);
    goOn(error);
  };
}
