import type { IncomingMessage } from 'node:http';

/** A path as Express takes it. */
export type PathPattern = string | RegExp | readonly PathPattern[];

/** The parts of Express's request that are read, of version 4 and 5 alike. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl?: string;
  readonly baseUrl?: string;
  readonly protocol?: string;
  readonly hostname?: string;
  readonly ip?: string;
  readonly app?: ExpressApplication;
  readonly route?: { readonly path: PathPattern };
}

/** The parts of an Express application that are read. */
export interface ExpressApplication {
  /** The paths that the application is mounted at in its parent. */
  readonly mountpath?: string | readonly string[];
  readonly parent?: ExpressApplication;
  /** Version 5. */
  readonly router?: unknown;
  /** Version 4, where reading `router` throws. */
  readonly _router?: unknown;
}
