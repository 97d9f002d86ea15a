import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { guarded, sharedState, untilShutdown } from '@otelier/core/adapter';
import type { ExpressRequest, PathPattern } from '../express-request.js';
import { isRouteHandler } from './route-handler.js';
import { enterMount, enterRoute, noteError } from './router-trail.js';
import { patternText } from './route-template.js';

/** On which the routers of version 2.3 and later (Express 5) publish what they do. */
export const ROUTER_CHANNEL = 'express.router.request';

/** What those routers say of each handler that they call. */
export interface RouterMessage {
  readonly req: ExpressRequest;
  readonly res: ServerResponse;
  /** The one that calls the handler; for a parameter's callback that of the route or mount that it stands before. */
  readonly layer: { readonly route?: object | undefined };
  /** The function that is called. */
  readonly handler: unknown;
  /** The pattern that matched: of the route, or of the place where a router is mounted. */
  readonly route?: PathPattern;
  readonly errorHandler?: boolean;
  /** What an error handler is called with. */
  readonly incomingError?: unknown;
  /** The parameter whose `router.param()` callback runs. */
  readonly param?: string;
  readonly error?: unknown;
}

/**
 * Listens to the routers of the process, once, until the set-up is shut down, and again with the next one: it learns
 * each request's route from the patterns that match, and the errors that handlers throw or pass on.
 *
 * @see https://github.com/pillarjs/router (tracing channel `express.router.request`)
 */
export function listenToRouters(): void {
  sharedState('express.router-channel', () => untilShutdown(subscribe)).begin();
}

function subscribe(): () => void {
  const channel = tracingChannel<unknown, RouterMessage>(ROUTER_CHANNEL);
  const subscribers = {
    start: guarded('following a request', followMessage),
    error: guarded('noting an error', onError),
  } as Partial<TracingChannelSubscribers<RouterMessage>> as TracingChannelSubscribers<RouterMessage>;
  channel.subscribe(subscribers);
  return () => channel.unsubscribe(subscribers);
}

function onError(message: RouterMessage): void {
  noteError(message.req, message.error);
}

/** Follows a request to a handler, before it is observed too: the middleware may be mounted below a router. */
export function followMessage(message: RouterMessage): void {
  const { req, route } = message;
  if (message.errorHandler === true) {
    // An error that went through `request.next`, as that of `response.render()`, is told here only.
    noteError(req, message.incomingError);
    return;
  }
  if (route === undefined) {
    return;
  }
  if (isRouteHandler(message.layer) || message.layer.route !== undefined) {
    enterRoute(req, patternText(route));
  } else if (message.param === undefined) {
    enterMount(req, message.res, route === '/' ? '' : patternText(route));
  }
}
