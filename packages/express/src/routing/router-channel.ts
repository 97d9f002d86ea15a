import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { guarded, sharedState } from '@otelier/core/adapter';
import type { ExpressRequest, PathPattern } from '../express-request.js';
import { isRouteHandler } from './route-handler.js';
import { enterMount, enterRoute, noteError } from './router-trail.js';
import { patternText } from './route-template.js';

/** What the routers of version 2.3 and later (Express 5) say of each handler that they call. */
interface RouterMessage {
  readonly req: ExpressRequest;
  readonly res: ServerResponse;
  readonly layer: object;
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
 * Listens to the routers of the process, once: it learns each request's route from the patterns that match, and the
 * errors that handlers throw or pass on.
 *
 * @see https://github.com/pillarjs/router (tracing channel `express.router.request`)
 */
export function listenToRouters(): void {
  sharedState('express.router-channel', () => {
    const subscribers: Partial<TracingChannelSubscribers<RouterMessage>> = {
      start: guarded('following a request', onStart),
      error: guarded('noting an error', onError),
    };
    tracingChannel<unknown, RouterMessage>('express.router.request').subscribe(
      subscribers as TracingChannelSubscribers<RouterMessage>,
    );
    return subscribers;
  });
}

function onError(message: RouterMessage): void {
  noteError(message.req, message.error);
}

/** Requests are followed before they are observed: the middleware may be mounted below a router. */
function onStart(message: RouterMessage): void {
  const { req, route } = message;
  if (message.errorHandler === true) {
    // An error that went through `request.next`, as that of `response.render()`, is told here only.
    noteError(req, message.incomingError);
    return;
  }
  if (route === undefined || message.param !== undefined) {
    return;
  }
  if (isRouteHandler(message.layer)) {
    enterRoute(req, patternText(route));
  } else {
    enterMount(req, message.res, route === '/' ? '' : patternText(route));
  }
}
