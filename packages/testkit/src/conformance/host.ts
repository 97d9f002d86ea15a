import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';

/** A program of one framework that offers the endpoints of the matrix, on a real socket. */
export interface ConformanceHost {
  /** The framework and its major, such as `express 5`. */
  readonly name: string;
  /** The instrumentation scope of its adapter. */
  readonly scope: string;
  start(): Promise<RunningHost>;
}

/** A host that listens. */
export interface RunningHost {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Describes a listening server as a running host. */
export function runningHost(server: Server, close: () => Promise<unknown>): RunningHost {
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      server.closeAllConnections();
      await close();
    },
  };
}
