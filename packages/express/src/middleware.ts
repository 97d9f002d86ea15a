import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  checkRequestOptions,
  ensureOtel,
  isDisabled,
  observationOf,
  observeRequest,
  reportInternalError,
  reportProblem,
  type RequestObservation,
  type RequestOptions,
} from '@otelier/core/adapter';
import type { ExpressRequest, Next } from './express-request.js';
import { observeLayers } from './old-routers/layer-observer.js';
import { readRequestFacts } from './request-facts.js';
import { listenToRouters } from './routing/router-channel.js';
import { finalRoute, isFollowed } from './routing/router-trail.js';
import { VERSION } from './version.js';

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
  if (!isDisabled()) {
    listenToRouters();
  }
  return function otel(request, response, next) {
    followRequest(request, otel);
    const observation = beginObservation(request, response);
    if (observation === undefined) {
      next();
    } else {
      observation.run(next);
    }
  };
}

/**
 * Records the few errors that reach Express past every handler: those of `response.render()` and
 * `response.sendFile()`, and of `app.param()` in Express 4. It is needed only where the application has no error
 * handler of its own: all other errors are recorded without it. Mount it behind all routes; it answers nothing.
 */
export function otelErrorMiddleware(): OtelErrorMiddleware {
  // oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return function otelError(error, request, _response, next) {
    observationOf(request)?.recordError(error);
    next(error);
  };
}

/** Routers that publish what they do have told of the request already. Never throws. */
function followRequest(request: ExpressRequest, handler: OtelMiddleware): void {
  try {
    if (!isFollowed(request) && !isDisabled()) {
      observeLayers(request, handler);
    }
  } catch (error) {
    reportInternalError('following a request', error);
  }
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
      resolveRoute: () => finalRoute(request, response.statusCode),
    });
  } catch (error) {
    reportInternalError('observing a request', error);
    return undefined;
  }
}
