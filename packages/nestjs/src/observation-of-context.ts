import type { IncomingMessage } from 'node:http';
import type { ArgumentsHost } from '@nestjs/common';
import { observationOf, type RequestObservation } from '@otelier/core/adapter';

/** A request of Express, or of Fastify with Node's own within. */
export type HttpRequest = IncomingMessage & { readonly raw?: IncomingMessage; readonly originalUrl?: string };

/** The observation of the request that a guard, an interceptor or a filter works for; `undefined` outside HTTP. */
export function observationOfContext(context: ArgumentsHost): RequestObservation | undefined {
  if (context.getType() !== 'http') {
    return undefined;
  }
  const request = context.switchToHttp().getRequest<HttpRequest>();
  return observationOf(request.raw ?? request);
}
