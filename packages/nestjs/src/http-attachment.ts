import type { HttpAdapterHost } from '@nestjs/core';
import type { RequestOptions } from '@otelier/core';
import { otelMiddleware } from '@otelier/express';
import { otelPlugin } from '@otelier/fastify';

/** The parts of the two frameworks' applications that are used. */
interface ExpressApplication {
  use(middleware: ReturnType<typeof otelMiddleware>): unknown;
}
interface FastifyApplication {
  register(plugin: typeof otelPlugin, options: RequestOptions): unknown;
}

/**
 * Observes the requests of the HTTP framework beneath a Nest application. The module is made before Nest registers
 * body parsers, middleware and routes, so the observation stands in front of them all.
 */
export function observeRequests(host: HttpAdapterHost, options: RequestOptions): void {
  const adapter = host.httpAdapter;
  // An application context without HTTP (a worker, a command) has no adapter.
  switch (adapter?.getType()) {
    case 'express':
      adapter.getInstance<ExpressApplication>().use(otelMiddleware(options));
      break;
    case 'fastify':
      adapter.getInstance<FastifyApplication>().register(otelPlugin, options);
      break;
    default:
      break;
  }
}
