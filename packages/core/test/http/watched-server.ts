import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  observeRequest,
  plainFacts,
  settleRequestOptions,
  watchServer,
  type RequestOptions,
  type ServerWatcher,
} from '../../src/adapter.js';

/** What a program does with a request that wants the connection. */
export type UpgradeHandler = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/** A server of Node's whose requests that reach no handler are observed. */
export interface WatchedServer {
  readonly server: Server;
  readonly port: number;
  readonly unwatch: () => void;
  close(): Promise<void>;
}

const SCOPE = { name: 'test', version: '1' };

/** Observes the requests that reach it, as an adapter does. */
export function observing(handle: (response: ServerResponse) => void): RequestListener {
  return (request, response) => {
    const incoming = { request, response, facts: plainFacts(request), scope: SCOPE };
    observeRequest(incoming, settleRequestOptions('test', {})).run(() => handle(response));
  };
}

/** What an adapter tells of a server. */
export function watcher(options: RequestOptions = {}): ServerWatcher {
  const guess: ServerWatcher['guess'] = (request) => ({ request, facts: plainFacts(request) });
  return { scope: SCOPE, options: settleRequestOptions('test', options), guess };
}

/** Listens on a free port of this machine. */
export async function serveWatched(server: Server = createServer(), watch: ServerWatcher = watcher()): Promise<WatchedServer> {
  const unwatch = watchServer(server, watch);
  if (unwatch === undefined) {
    throw new Error('the server is watched already');
  }
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => sockets.add(socket));
  const close = async (): Promise<void> => {
    const open = [...sockets].filter((socket) => !socket.closed);
    const closed = Promise.all([server, ...open].map((emitter) => once(emitter, 'close')));
    server.close();
    open.forEach((socket) => socket.destroy());
    await closed;
  };
  return { server, port, unwatch, close };
}

/** Writes bytes to a server and reads what it sends until it closes the connection, or until enough has come. */
export async function talk(port: number, bytes: string, isEnough: (text: string) => boolean = () => false): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let text = '';
  const done = new Promise((resolve) => socket.once('close', resolve));
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (isEnough(text)) {
      socket.destroy();
    }
  });
  socket.write(bytes);
  await done;
  return text;
}
