import type { RequestTelemetry, RouteOptions } from '@otelier/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The telemetry of this request. */
    readonly otel: RequestTelemetry;
  }

  interface FastifyContextConfig {
    /** How requests of this route are observed; `false`: not at all. */
    otel?: OtelRouteOptions | false;
  }
}

/** What a route's `config.otel` takes: each option wins over the plugin's; `false` leaves the route's requests out. */
export type OtelRouteOptions = RouteOptions<FastifyRequest, FastifyReply>;
