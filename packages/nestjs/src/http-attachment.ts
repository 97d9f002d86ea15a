import type { HttpAdapterHost } from '@nestjs/core';
import type { RequestOptions } from '@otelier/core';
import { otelMiddleware } from '@otelier/express';
import { requestHooks } from '@otelier/fastify';

type RequestHook = (...call: Parameters<typeof requestHooks.onRequest>) => unknown;

/** The parts of the two frameworks' applications that are used. */
interface ExpressApplication {
  use(middleware: ReturnType<typeof otelMiddleware>): unknown;
}
interface FastifyApplication {
  addHook(name: keyof typeof requestHooks, hook: unknown): unknown;
}

/** Nest's adapter of Fastify, with the hook that it calls before everything else; early versions of 11 have none. */
interface FastifyHttpAdapter {
  readonly onRequestHook?: RequestHook;
  getInstance(): FastifyApplication;
  setOnRequestHook?(hook: RequestHook | undefined): void;
}

/**
 * Observes the requests of the HTTP framework beneath a Nest application. The module is made before Nest registers
 * body parsers, middleware and routes, so the observation stands in front of them all.
 *
 * @returns the undo, as far as the framework has one
 */
export function observeRequests(host: HttpAdapterHost, options: RequestOptions): () => void {
  const adapter = host.httpAdapter;
  // An application context without HTTP (a worker, a command) has no adapter.
  switch (adapter?.getType()) {
    case 'express':
      adapter.getInstance<ExpressApplication>().use(otelMiddleware(options));
      return () => {};
    case 'fastify':
      return observeFastify(adapter as unknown as FastifyHttpAdapter);
    default:
      return () => {};
  }
}

/**
 * Nest runs its middleware in a hook of Fastify's that is there before any module is made: only the adapter's own
 * request hook comes before it. Without it (early versions of 11), or when the application sets another one later, the
 * hook of Fastify's that stands behind the middleware still observes the request.
 */
function observeFastify(adapter: FastifyHttpAdapter): () => void {
  const earlier = adapter.onRequestHook;
  const hook: RequestHook =
    earlier === undefined
      ? requestHooks.onRequest
      : (request, reply, done) => {
          let result: unknown;
          requestHooks.onRequest(request, reply, () => {
            result = earlier.call(adapter, request, reply, done);
          });
          // A promise, which Nest 12 watches.
          return result;
        };
  adapter.setOnRequestHook?.(hook);
  const fastify = adapter.getInstance();
  fastify.addHook('onRequest', requestHooks.onRequest);
  fastify.addHook('onSend', requestHooks.onSend);
  fastify.addHook('onError', requestHooks.onError);
  return () => {
    if (adapter.onRequestHook === hook) {
      adapter.setOnRequestHook?.(earlier);
    }
  };
}
