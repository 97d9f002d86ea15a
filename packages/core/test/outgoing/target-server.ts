import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { testKeyPair } from '@otelier/testkit/conformance';

/** A server that answers as its paths ask for, and remembers what it got. */
export interface TargetServer {
  readonly origin: string;
  readonly port: number;
  /** The requests so far, as they came. */
  readonly requests: readonly IncomingMessage[];
  /** Lets `/held` go on. */
  release(): void;
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => void;

/** @param options - `keepAliveTimeout` in milliseconds; `tls` for HTTPS with the certificate of the test kit */
export async function startTarget(
  options: { readonly keepAliveTimeout?: number; readonly tls?: boolean } = {},
): Promise<TargetServer> {
  const requests: IncomingMessage[] = [];
  const held: (() => void)[] = [];
  const seen = new Map<string, number>();
  const handlers: Record<string, Handler> = {
    '/ok': (_request, response) => response.end('ok'),
    '/status': (_request, response, query) => response.writeHead(Number(query.get('code'))).end('answered'),
    '/empty': (_request, response) => response.writeHead(204).end(),
    '/redirect': (_request, response, query) =>
      response
        .writeHead(Number(query.get('code') ?? 302), { location: query.get('to') ?? '/ok' })
        .end(query.get('body') ?? undefined),
    '/flaky': (request, response, query) => {
      const count = (seen.get(request.url ?? '') ?? 0) + 1;
      seen.set(request.url ?? '', count);
      response.writeHead(count > Number(query.get('times')) ? 200 : 503, { 'retry-after': '0' }).end('flaky');
    },
    '/none': (_request, response) => response.end(),
    '/held': (_request, response) => {
      response.write('first');
      held.push(() => response.end('last'));
    },
    '/silent': () => {},
    '/cut': (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('begun', () => request.socket.destroy());
    },
    '/dead': (request) => request.socket.destroy(),
    '/large': (_request, response) => response.end(Buffer.alloc(4_000_000)),
    '/echo': (request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (piece: string) => (body += piece));
      request.on('end', () => response.end(JSON.stringify({ headers: request.headers, raw: request.rawHeaders, body })));
    },
    '/headers': (_request, response) =>
      response.writeHead(200, { 'x-kind': 'plain', 'set-cookie': 'session=s3cret' }).end('ok'),
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://target');
    (handlers[pathname] ?? ((_request, answer) => answer.writeHead(404).end('none')))(request, response, searchParams);
  };
  const server = (options.tls === true ? createSecureServer(testKeyPair(), listener) : createServer({ requireHostHeader: false }, listener)) as Server;
  server.keepAliveTimeout = options.keepAliveTimeout ?? 5000;
  server.on('connect', (_request, socket: Socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
  server.on('upgrade', (_request, socket: Socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  return {
    origin: options.tls === true ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    port,
    requests,
    release: () => held.splice(0).forEach((go) => go()),
    async close() {
      server.closeAllConnections();
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port of this machine on which nobody listens. */
export async function closedPort(): Promise<number> {
  const target = await startTarget();
  await target.close();
  return target.port;
}
