import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  ensureOtel,
  isAtWork,
  isDisabled,
  observationOf,
  observeRequest,
  reportInternalError,
  reportProblem,
  settleRequestOptions,
  telemetryOf,
  watchServerOf,
  type RequestObservation,
  type ResolvedRequestOptions,
} from '@otelier/core/adapter';
import { expectServers } from './application-servers.js';
import type { ExpressRequest, Next } from './express-request.js';
import type { OtelMiddlewareOptions } from './express-options.js';
import { observeLayers } from './old-routers/layer-observer.js';
import { readRequestFacts } from './request-facts.js';
import { appendErrorHandler } from './routing/last-error-handler.js';
import { listenToLayers } from './routing/layer-channel.js';
import { markOwn } from './routing/own-handlers.js';
import { listenToRouters } from './routing/router-channel.js';
import { finalRoute, isFollowed } from './routing/router-trail.js';
import { describeServer } from './server-view.js';
import { SCOPE } from './version.js';

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

/**
 * Observes every request that passes: one SERVER span from here to the end of the response, its metrics, and the
 * context for everything that the handlers do. Mount it first: `app.use(otelMiddleware())`. The malformed requests and
 * the upgrades of the application's server have a span too.
 *
 * Sets up OpenTelemetry from the environment when the application has not done so.
 *
 * @throws TypeError for a wrong option
 */
export function otelMiddleware(options: OtelMiddlewareOptions = {}): OtelMiddleware {
  const settled = settleRequestOptions('otelMiddleware', options);
  ensureOtel(options);
  if (isAtWork()) {
    listenToRouters();
    if (settled.layers) {
      listenToLayers();
    }
  }
  const middleware = markOwn(function otel(request: ExpressRequest, response: ServerResponse, next: Next) {
    followRequest(request, otel);
    const observation = beginObservation(request, response, settled);
    if (observation === undefined) {
      request.otel ??= telemetryOf(request);
      next();
    } else {
      observation.run(next);
    }
  });
  expectServers(middleware, settled);
  return middleware;
}

/**
 * Records the errors that pass it, and passes them on. {@link otelMiddleware} puts one behind everything that the
 * application has when its first request comes; mount another behind routes that are added later, if they are.
 */
export function otelErrorMiddleware(): OtelErrorMiddleware {
  // oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return markOwn(function otelError(error, request, _response, next) {
    observationOf(request)?.recordError(error);
    next(error);
  });
}

/** Routers that publish what they do have told of the request already. Never throws. */
function followRequest(request: ExpressRequest, handler: OtelMiddleware): void {
  try {
    if (!isAtWork()) {
      return;
    }
    appendErrorHandler(request.app, otelErrorMiddleware);
    if (!isFollowed(request)) {
      observeLayers(request, handler);
    }
  } catch (error) {
    reportInternalError('following a request', error);
  }
}

/** Never throws: a request goes on without a span rather than not at all. */
function beginObservation(
  request: ExpressRequest,
  response: ServerResponse,
  options: ResolvedRequestOptions,
): RequestObservation | undefined {
  try {
    // A set-up that only records nothing still propagates the caller's context.
    if (!isAtWork() && !isDisabled()) {
      return undefined;
    }
    if (observationOf(request) !== undefined) {
      reportProblem('OTELIER_MOUNTED_TWICE', 'otelMiddleware() meets requests that are observed already.');
      return undefined;
    }
    watchServerOf({ request, response }, () => describeServer(request.app, options, (request.baseUrl ?? '') !== ''));
    return observeRequest(
      {
        request,
        response,
        facts: readRequestFacts(request),
        target: request.originalUrl,
        scope: SCOPE,
        offer: (telemetry) => {
          request.otel = telemetry;
        },
        resolveRoute: () => finalRoute(request, response.statusCode),
      },
      options,
    );
  } catch (error) {
    reportInternalError('observing a request', error);
    return undefined;
  }
}
