import otelPlugin from '@otelier/fastify';
import { ENDPOINTS, fastifyTransport, runningHost, type ConformanceHost, type Endpoint, type Exchange, type HostStart } from '@otelier/testkit/conformance';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { FastifyVersion } from './fastify-versions.js';

/** A conformance host on one version of Fastify. */
export function fastifyHost(version: FastifyVersion): ConformanceHost {
  return {
    name: version.name,
    scope: '@otelier/fastify',
    transports: ['http1', 'https', 'http2', 'h2c'],
    async start(how) {
      const app = await createApp(version, how);
      await app.listen({ port: 0, host: '127.0.0.1' });
      return runningHost(app.server, () => app.close(), how.transport);
    },
  };
}

/** A Fastify application with every endpoint of the matrix, its plugin registered as users do. */
async function createApp(
  { fastify, multipart }: FastifyVersion,
  { transport, observed, options: given }: HostStart,
): Promise<FastifyInstance> {
  // The type of an application depends on its server; what the endpoints use does not.
  const options = { forceCloseConnections: true, ...fastifyTransport(transport) } as FastifyServerOptions;
  const app: FastifyInstance = fastify(options);
  if (observed) {
    await app.register(otelPlugin, given ?? {});
  }
  await app.register(multipart, { attachFieldsToBody: 'keyValues' });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });
  for (const mount of new Set(ENDPOINTS.map((endpoint) => endpoint.mount))) {
    const endpoints = ENDPOINTS.filter((endpoint) => endpoint.mount === mount);
    await app.register(
      async (scope) => {
        for (const endpoint of endpoints) {
          scope.route({
            method: endpoint.method,
            url: endpoint.path,
            handler: (request, reply) => answer(endpoint, request, reply),
          });
        }
      },
      { prefix: mount },
    );
  }
  return app;
}

function answer(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply): unknown {
  const exchange: Exchange = {
    request: request.raw,
    response: reply.raw,
    params: request.params as Record<string, string>,
    body: request.body,
    otel: request.otel,
  };
  if (endpoint.kind === 'raw') {
    reply.hijack();
    return endpoint.handle(exchange);
  }
  return endpoint.handle(exchange);
}
