import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What a proxy lets through. */
export interface ProxyOptions {
  /** Where the hosts that it is asked for really are: `host:port` by `host:port`. Others are refused with 502. */
  readonly routes: Readonly<Record<string, string>>;
  /** `name:password`, without which it answers with 407. */
  readonly credentials?: string;
}

/** A running forward proxy. */
export interface HttpProxy {
  /** Its address without credentials. */
  readonly url: string;
  /** What it was asked for, such as `POST http://otlp.example/v1/traces` and `CONNECT otlp.example:443`. */
  requests(): string[];
  close(): Promise<void>;
}

/** Starts a forward proxy on 127.0.0.1 that forwards requests and opens tunnels. */
export async function startProxy({ routes, credentials }: ProxyOptions): Promise<HttpProxy> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  const isAllowed = ({ headers }: IncomingMessage): boolean => !expected || headers['proxy-authorization'] === expected;
  const server = createServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (!isAllowed(incoming)) {
      response.writeHead(407).end();
      return;
    }
    forward(incoming, response, routes);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (incoming, client: Socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    const route = routes[incoming.url ?? ''];
    if (!isAllowed(incoming) || route === undefined) {
      client.end(`HTTP/1.1 ${route === undefined ? '502 Bad Gateway' : '407 Proxy Authentication Required'}\r\n\r\n`);
      return;
    }
    const [host = '', port] = route.split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => [...seen],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}

function forward(incoming: IncomingMessage, response: ServerResponse, routes: ProxyOptions['routes']): void {
  const target = new URL(incoming.url ?? '', 'http://none.example');
  const route = routes[`${target.hostname}:${target.port || '80'}`];
  const [host, port] = route?.split(':') ?? [];
  if (route === undefined || incoming.headers.host !== target.host) {
    response.writeHead(502).end();
    return;
  }
  const { 'proxy-authorization': _, ...headers } = incoming.headers;
  const outgoing = request({ host, port, method: incoming.method, path: target.pathname, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}
