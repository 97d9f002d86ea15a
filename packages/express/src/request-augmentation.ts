import type { IncomingMessage } from 'node:http';
import type { RequestTelemetry } from '@otelier/core';

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
