import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import { observationOf, sharedState } from '@otelier/core/adapter';
import type { ExpressRequest, PathPattern } from './express-request.js';
import { joinTemplates, patternText } from './route-template.js';

/** What the router of Express 5.3 and later says of each handler that it calls. */
interface RouterMessage {
  readonly req: ExpressRequest;
  readonly layer: object;
  /** The pattern that matched: of the route, or of the place where a router is mounted. */
  readonly route?: PathPattern;
  readonly errorHandler?: boolean;
  /** The parameter whose `router.param()` callback runs. */
  readonly param?: string;
  readonly error?: unknown;
}

/** Where in the tree of routers a request is. */
interface MountPoint {
  /** The part of the path that was matched so far. */
  readonly baseUrl: string;
  /** The template that matched it. */
  readonly template: string;
}

interface RouterTrail {
  readonly mounts: MountPoint[];
  route: string | undefined;
}

/**
 * Listens to the routers of the process, once: it learns each request's route from the patterns that match, and the
 * errors that handlers throw or pass on.
 *
 * @see https://github.com/pillarjs/router (tracing channel `express.router.request`)
 */
export function listenToRouters(): void {
  sharedState('express.router-channel', () => {
    const subscribers: Partial<TracingChannelSubscribers<RouterMessage>> = { start: onStart, error: onError };
    tracingChannel<unknown, RouterMessage>('express.router.request').subscribe(
      subscribers as TracingChannelSubscribers<RouterMessage>,
    );
    return subscribers;
  });
}

/** The template of the last route that matched, when the router publishes what it does. */
export function publishedRoute(request: ExpressRequest): string | undefined {
  return trails().get(request)?.route;
}

function trails(): WeakMap<ExpressRequest, RouterTrail> {
  return sharedState('express.router-trails', () => new WeakMap());
}

function onError(message: RouterMessage): void {
  observationOf(message.req)?.recordError(message.error);
}

function onStart(message: RouterMessage): void {
  const { req, route } = message;
  if (route === undefined || message.errorHandler === true || message.param !== undefined) {
    return;
  }
  if (observationOf(req) === undefined) {
    return;
  }
  const trail = trailOf(req);
  const baseUrl = req.baseUrl ?? '';
  if (isRouteHandler(message.layer)) {
    leaveMounts(trail, (mount) => !isWithin(baseUrl, mount.baseUrl));
    trail.route = joinTemplates(prefixOf(trail), patternText(route));
  } else if (route !== '/') {
    leaveMounts(trail, (mount) => mount.baseUrl.length >= baseUrl.length || !isWithin(baseUrl, mount.baseUrl));
    trail.mounts.push({ baseUrl, template: joinTemplates(prefixOf(trail), patternText(route)) });
  }
}

function trailOf(request: ExpressRequest): RouterTrail {
  const known = trails().get(request);
  if (known !== undefined) {
    return known;
  }
  const trail: RouterTrail = { mounts: [], route: undefined };
  trails().set(request, trail);
  return trail;
}

/** A request that fell through a router is no longer below its mount point. */
function leaveMounts(trail: RouterTrail, isLeft: (mount: MountPoint) => boolean): void {
  for (let top = trail.mounts.at(-1); top !== undefined && isLeft(top); top = trail.mounts.at(-1)) {
    trail.mounts.pop();
  }
}

function prefixOf(trail: RouterTrail): string {
  return trail.mounts.at(-1)?.template ?? '';
}

function isWithin(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}

/** The handlers of a route carry the method that they were registered for, also when that is all of them. */
function isRouteHandler(layer: object): boolean {
  return Object.hasOwn(layer, 'method');
}
