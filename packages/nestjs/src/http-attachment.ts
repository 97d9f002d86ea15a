import type { EventEmitter } from 'node:events';
import type { HttpAdapterHost } from '@nestjs/core';
import { rememberListener, reportProblem, sharedState } from '@otelier/core/adapter';
import { otelMiddleware } from '@otelier/express';
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
 * Observes the requests of the HTTP framework beneath a Nest application. Called when the adapter has come, which is
 * before Nest registers body parsers, middleware and routes, so the observation stands in front of them all.
 *
 * @returns the undo, as far as the framework has one
 */
export function observeRequests(host: HttpAdapterHost, options: NestRequestOptions): () => void {
  const adapter = host.httpAdapter;
  switch (adapter.getType()) {
    case 'express':
      observeExpress(adapter.getInstance(), options);
      return () => {};
    case 'fastify':
      return observeFastify(adapter as unknown as FastifyHttpAdapter, options);
    default:
      return () => {};
  }
}

/**
 * Tells which application the server of a Nest application is made of, which is known by the middleware in it. Called
 * before gateways take the server over.
 */
export function rememberServer({ httpAdapter }: HttpAdapterHost): void {
  const server = httpAdapter?.getHttpServer() as EventEmitter | undefined;
  if (httpAdapter?.getType() === 'express' && server !== undefined) {
    rememberListener(server, httpAdapter.getInstance<object>());
  }
}

/** Servers that are made of the application are known by the middleware in it. */
function observeExpress(application: ExpressApplication, options: NestRequestOptions): void {
  const observed = sharedState('nestjs.observed-applications', () => new WeakSet<ExpressApplication>());
  if (observed.has(application)) {
    reportProblem('OTELIER_MOUNTED_TWICE', 'OtelModule is registered where requests are observed already.');
    return;
  }
  observed.add(application);
  application.use(otelMiddleware(options));
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
  if (requestHooks === undefined) {
    return () => {};
  }
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
