import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  checkRequestOptions,
  ensureOtel,
  observationOf,
  observeRequest,
  reportInternalError,
  reportProblem,
  type RequestObservation,
  type RequestOptions,
} from '@otelier/core/adapter';
import type { ExpressRequest } from './express-request.js';
import { readRequestFacts } from './request-facts.js';
import { listenToRouters, publishedRoute } from './router-channel.js';
import { routeFromTree } from './router-tree.js';
import { VERSION } from './version.js';

/** Express's way of going on, with the error that stops it. */
export type Next = (error?: unknown) => void;

/** Middleware that Express 4 and 5 take. */
export type OtelMiddleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void;

/** Error-handling middleware that Express 4 and 5 take. */
// oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters
export type OtelErrorMiddleware = (
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: Next,
) => void;

const SCOPE = { name: '@otelier/express', version: VERSION };

/**
 * Observes every request that passes: one SERVER span from here to the end of the response, its metrics, and the
 * context for everything that the handlers do. Mount it first: `app.use(otelMiddleware())`.
 *
 * Sets up OpenTelemetry from the environment when the application has not done so.
 *
 * @throws TypeError for a wrong option
 */
export function otelMiddleware(options: RequestOptions = {}): OtelMiddleware {
  checkRequestOptions('otelMiddleware', options);
  ensureOtel(options);
  listenToRouters();
  return function otel(request, response, next) {
    const observation = beginObservation(request, response);
    if (observation === undefined) {
      next();
    } else {
      observation.run(next);
    }
  };
}

/**
 * Records errors on the spans of their requests, for Express 4 and for Express 5 before 5.3, whose routers do not
 * publish them. Mount it behind all routes and before the application's own error handlers; it answers nothing.
 */
export function otelErrorMiddleware(): OtelErrorMiddleware {
  // oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return function otelError(error, request, _response, next) {
    observationOf(request)?.recordError(error);
    next(error);
  };
}

/** Never throws: a request goes on without a span rather than not at all. */
function beginObservation(request: ExpressRequest, response: ServerResponse): RequestObservation | undefined {
  try {
    if (observationOf(request) !== undefined) {
      reportProblem('OTELIER_MOUNTED_TWICE', 'otelMiddleware() meets requests that are observed already.');
      return undefined;
    }
    return observeRequest({
      request,
      response,
      facts: readRequestFacts(request),
      target: request.originalUrl,
      scope: SCOPE,
      resolveRoute: () => publishedRoute(request) ?? routeFromTree(request),
    });
  } catch (error) {
    reportInternalError('observing a request', error);
    return undefined;
  }
}
