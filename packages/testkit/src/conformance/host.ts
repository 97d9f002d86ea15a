import type { Server } from 'node:http';
import type { Http2SecureServer, Http2Server, ServerHttp2Session } from 'node:http2';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { RequestOptions } from '@otelier/core';
import { TRANSPORTS, type Transport, type TransportFacts } from './transport.js';

/** How a host is started. */
export interface HostStart {
  readonly transport: Transport;
  /** Whether Otelier is in the program; without it the host is what an observed one is compared with. */
  readonly observed: boolean;
  /** What the adapter is given. */
  readonly options?: RequestOptions<object, object>;
}

/** A program of one framework that offers the endpoints of the matrix, on a real socket. */
export interface ConformanceHost {
  /** The framework and its major, such as `express 5`. */
  readonly name: string;
  /** The instrumentation scope of its adapter. */
  readonly scope: string;
  /** What the framework can be served over. */
  readonly transports: readonly Transport[];
  start(how: HostStart): Promise<RunningHost>;
}

/** A host that listens. */
export interface RunningHost extends TransportFacts {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /**
   * Settles when the next requests have reached the framework.
   *
   * @param count - how many
   * @default 1
   */
  nextRequest(count?: number): Promise<void>;
  close(): Promise<void>;
}

type AnyServer = Server | SecureServer | Http2Server | Http2SecureServer;

/** Describes a server that listens on 127.0.0.1 as a running host. */
export function runningHost(
  server: AnyServer,
  close: () => Promise<unknown>,
  transport: Transport = 'http1',
): RunningHost {
  const { port } = server.address() as AddressInfo;
  const facts = TRANSPORTS[transport];
  const closeConnections = 'closeAllConnections' in server ? () => server.closeAllConnections() : followSessions(server);
  return {
    ...facts,
    url: `${facts.scheme}://127.0.0.1:${port}`,
    port,
    nextRequest: (count = 1) => nextRequests(server, count),
    close: async () => {
      closeConnections();
      await close();
    },
  };
}

function nextRequests(server: AnyServer, count: number): Promise<void> {
  return new Promise((resolve) => {
    let missing = count;
    const onRequest = (): void => {
      missing -= 1;
      if (missing === 0) {
        server.off('request', onRequest);
        resolve();
      }
    };
    server.on('request', onRequest);
  });
}

/** Servers of HTTP/2 have no way to close what hangs. */
function followSessions(server: Http2Server | Http2SecureServer): () => void {
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return () => sessions.forEach((session) => session.destroy());
}
