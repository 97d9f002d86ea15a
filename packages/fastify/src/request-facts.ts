import type { RequestFacts } from '@otelier/core/adapter';
import type { FastifyRequest } from 'fastify';

/** What Fastify knows of a request: its `trustProxy` setting decides whether forwarded headers count. */
export function readRequestFacts(request: FastifyRequest): RequestFacts {
  return {
    scheme: request.protocol === 'https' ? 'https' : 'http',
    host: request.host,
    clientAddress: request.ip,
  };
}
