import { observationOf } from '@otelier/core/adapter';
import type { ExpressRequest } from '../express-request.js';
import { joinTemplates } from './route-template.js';
import { trails, type RouterTrail, type TrailPlace } from './trail-mark.js';

/** Whether routers have told of a request. */
export function isFollowed(request: ExpressRequest): boolean {
  return trails().get(request) !== undefined;
}

/** Where the router stands that handles the request now. One that was not met before is called by the last handler. */
export function placeOfRouter(request: ExpressRequest): TrailPlace {
  const trail = trailOf(request);
  const known = trail.routers.find(({ next }) => next === request.next);
  return known?.place ?? enterRouter(request, trail.place);
}

/** The request is handled by a router at a place. */
export function enterRouter(request: ExpressRequest, place: TrailPlace): TrailPlace {
  trailOf(request).routers.push({ next: request.next, place });
  return place;
}

/** How deep the router stands that handles the request now; those that it was called through stand less deep. */
export function depthOfRouter(request: ExpressRequest): number {
  placeOfRouter(request);
  return trailOf(request).routers.findIndex(({ next }) => next === request.next);
}

/** The whole template of what the last handler was matched by: of its route, or of the place it is mounted at. */
export function matchedTemplate(request: ExpressRequest, by: 'route' | 'mount'): string | undefined {
  const { route, place } = trailOf(request);
  return by === 'route' ? route : place.template || undefined;
}

/** A handler of a route is called. */
export function enterRoute(request: ExpressRequest, template: string): void {
  const trail = trailOf(request);
  const router = placeOfRouter(request);
  trail.route = joinTemplates(router.template, template);
  trail.place = router;
  trail.failed = false;
}

/** The request is in a route whose handlers are not called. */
export function setRouteTemplate(request: ExpressRequest, template: string): void {
  trailOf(request).route = template;
}

/**
 * A handler outside all routes is called: the request has left its route, unless that one has answered.
 *
 * @param template - of the path that the handler is mounted at; empty for all paths
 */
export function enterMount(
  request: ExpressRequest,
  response: { readonly headersSent: boolean },
  template: string,
): void {
  const trail = trailOf(request);
  const router = placeOfRouter(request);
  if (!response.headersSent) {
    trail.route = undefined;
  }
  trail.place =
    template === ''
      ? router
      : { baseUrl: request.baseUrl ?? '', template: joinTemplates(router.template, template) };
}

/** A handler has thrown an error or passed one on. */
export function noteError(request: ExpressRequest, error: unknown): void {
  trailOf(request).failed = true;
  observationOf(request)?.recordError(error);
}

/** The route that answered. Express's own 404 stands behind all routers, where the request is in no route. */
export function finalRoute(request: ExpressRequest, statusCode: number): string | undefined {
  const trail = trails().get(request);
  const passedAll = statusCode === 404 && request.next === undefined && trail?.failed !== true;
  return passedAll ? undefined : trail?.route;
}

function trailOf(request: ExpressRequest): RouterTrail {
  const known = trails().get(request);
  if (known !== undefined) {
    return known;
  }
  const trail: RouterTrail = { routers: [], place: { baseUrl: '', template: '' }, route: undefined, failed: false };
  trails().set(request, trail);
  return trail;
}
