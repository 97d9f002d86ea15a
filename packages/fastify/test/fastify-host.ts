import fastifyMultipart from '@fastify/multipart';
import otelPlugin from '@otelier/fastify';
import { ENDPOINTS, runningHost, type ConformanceHost, type Endpoint, type Exchange } from '@otelier/testkit/conformance';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

/** The conformance host on Fastify. */
export const fastifyHost: ConformanceHost = {
  name: 'fastify 5',
  scope: '@otelier/fastify',
  async start() {
    const app = await createApp();
    await app.listen({ port: 0, host: '127.0.0.1' });
    return runningHost(app.server, () => app.close());
  },
};

/** A Fastify application with every endpoint of the matrix, its plugin registered as users do. */
export async function createApp(): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: true });
  await app.register(otelPlugin);
  await app.register(fastifyMultipart, { attachFieldsToBody: 'keyValues' });
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
  };
  if (endpoint.kind === 'raw') {
    reply.hijack();
    return endpoint.handle(exchange);
  }
  return endpoint.handle(exchange);
}
