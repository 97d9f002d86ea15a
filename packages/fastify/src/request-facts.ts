import type { RequestFacts } from '@otelier/core/adapter';
import type { FastifyRequest } from 'fastify';

/** What Fastify knows of a request: its `trustProxy` setting decides whether forwarded headers count. */
export function readRequestFacts(request: FastifyRequest): RequestFacts {
  return {
    scheme: request.protocol === 'https' ? 'https' : 'http',
    // Version 4 has no `host`: its `hostname` holds the port too.
    host: (request.host as string | undefined) ?? request.hostname,
    clientAddress: request.ip,
  };
}
