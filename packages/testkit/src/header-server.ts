import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that answers everything, and keeps the headers that it was sent. */
export interface HeaderServer {
  /** Without a path. */
  readonly url: string;
  /** The headers of the last request for a path. */
  headers(path: string): IncomingHttpHeaders | undefined;
  /** Stops listening and drops the open connections. */
  close(): Promise<void>;
}

/** Starts a server on 127.0.0.1 that shows which headers arrive: another service behind the one under test. */
export async function startHeaderServer(): Promise<HeaderServer> {
  const received = new Map<string, IncomingHttpHeaders>();
  const server = createServer((request, response) => {
    received.set(request.url ?? '', request.headers);
    response.end('ok');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headers: (path) => received.get(path),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
