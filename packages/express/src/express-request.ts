import type { IncomingMessage } from 'node:http';
import type { RequestTelemetry } from '@otelier/core';

/** A path as Express takes it. */
export type PathPattern = string | RegExp | readonly PathPattern[];

/** Express's way of going on, with the error that stops it. */
export type Next = (error?: unknown) => void;

/** The parts of Express's request that are read, of version 4 and 5 alike. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl?: string;
  readonly baseUrl?: string;
  readonly protocol?: string;
  readonly hostname?: string;
  readonly ip?: string;
  readonly app?: ExpressApplication;
  readonly route?: { readonly path: PathPattern };
  /** The router that handles the request goes on with this; each has one of its own, and none is left at the end. */
  readonly next?: unknown;
  otel?: RequestTelemetry;
}

/** The parts of an Express application that are read. */
export interface ExpressApplication {
  /** The paths that the application is mounted at in its parent. */
  readonly mountpath?: PathPattern;
  readonly parent?: ExpressApplication;
  /** The prototype of the requests that the application sees. */
  readonly request?: object;
  /** Version 5. */
  readonly router?: unknown;
  /** Version 4, where reading `router` throws. */
  readonly _router?: unknown;
  readonly settings?: Readonly<Record<string, unknown>>;
  use?(handler: unknown): unknown;
}
