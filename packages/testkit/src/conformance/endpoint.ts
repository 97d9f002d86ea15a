import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestTelemetry } from '@otelier/core';

/** What a host hands to an endpoint, whatever its framework. */
export interface Exchange {
  /** Node's own request and response. */
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The request's telemetry, as the framework's request offers it. */
  readonly otel: RequestTelemetry | undefined;
}

/** One route that every host offers. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Where the endpoint's router, plugin or controller is mounted; empty for the application itself. */
  readonly mount: string;
  readonly path: string;
  /**
   * How it answers: `value` returns what the framework sends as JSON (or throws), `raw` writes to Node's response
   * itself, `stream` returns a readable stream that the framework sends.
   */
  readonly kind: 'value' | 'raw' | 'stream';
  readonly handle: (exchange: Exchange) => unknown;
}

/** An error that frameworks answer with the status it carries. */
export class TeapotError extends Error {
  readonly status = 418;
  readonly statusCode = 418;
  override readonly name = 'TeapotError';
}

/** An error that says nothing of a status. */
export class BoomError extends Error {
  override readonly name = 'BoomError';
}
