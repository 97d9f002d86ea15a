import type { EventEmitter } from 'node:events';
import type { HttpAdapterHost } from '@nestjs/core';
import type { ResolvedRequestOptions } from '@otelier/core/adapter';
import { otelMiddleware, watchExpressServer } from '@otelier/express';
import { attachRequestHooks, type HookableInstance, type RequestHooks } from '@otelier/fastify';
import type { NestRequestOptions } from './nest-options.js';

type RequestHook = (...call: Parameters<RequestHooks['onRequest']>) => unknown;

/** The part of an Express application that is used. */
interface ExpressApplication {
  use(middleware: ReturnType<typeof otelMiddleware>): unknown;
}

/** Nest's adapter of Fastify, with the hook that it calls before everything else; early versions of 11 have none. */
interface FastifyHttpAdapter {
  readonly onRequestHook?: RequestHook;
  getInstance(): HookableInstance;
  setOnRequestHook?(hook: RequestHook | undefined): void;
}

/**
 * Observes the requests of the HTTP framework beneath a Nest application. The module is made before Nest registers
 * body parsers, middleware and routes, so the observation stands in front of them all.
 *
 * @returns the undo, as far as the framework has one
 */
export function observeRequests(host: HttpAdapterHost, options: NestRequestOptions): () => void {
  const adapter = host.httpAdapter;
  // An application context without HTTP (a worker, a command) has no adapter.
  switch (adapter?.getType()) {
    case 'express':
      adapter.getInstance<ExpressApplication>().use(otelMiddleware(options));
      return () => {};
    case 'fastify':
      return observeFastify(adapter as unknown as FastifyHttpAdapter, options);
    default:
      return () => {};
  }
}

/**
 * Observes what never reaches the framework: malformed requests and upgrades. The server is made after the modules, so
 * this is called when they are initialised; Fastify's own tells when it is ready.
 *
 * @returns the undo
 */
export function observeServer({ httpAdapter }: HttpAdapterHost, options: ResolvedRequestOptions): () => void {
  const server = httpAdapter?.getType() === 'express' ? (httpAdapter.getHttpServer() as EventEmitter | undefined) : undefined;
  const undo = server === undefined ? undefined : watchExpressServer(server, httpAdapter.getInstance(), options);
  return undo ?? ((): void => {});
}

/**
 * Nest runs its middleware in a hook of Fastify's that is there before any module is made: only the adapter's own
 * request hook comes before it. Without it (early versions of 11), or when the application sets another one later, the
 * hook of Fastify's that stands behind the middleware still observes the request.
 */
function observeFastify(adapter: FastifyHttpAdapter, options: NestRequestOptions): () => void {
  const requestHooks = attachRequestHooks(adapter.getInstance(), {
    where: 'OtelModule',
    options,
    runsFirst: adapter.setOnRequestHook !== undefined,
    // The adapter's own hook has begun the observation.
    meetObserved: () => {},
  });
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
  return () => {
    if (adapter.onRequestHook === hook) {
      adapter.setOnRequestHook?.(earlier);
    }
  };
}
