import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestOptions, RequestTelemetry } from '@otelier/core';

declare global {
  namespace Express {
    interface Request {
      /** The telemetry of this request, behind `otelMiddleware()`. */
      otel: RequestTelemetry;
    }
  }
}

/** Express's request, as hooks get it; annotate a hook's parameter with Express's own type to see more of it. */
export type HookRequest = IncomingMessage & Express.Request;

/** What {@link otelMiddleware} takes. Hooks get Express's request and response. */
export type OtelMiddlewareOptions = RequestOptions<HookRequest, ServerResponse>;
