import type { Server, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { pipeline, Writable } from 'node:stream';
import { BoomError, type Endpoint, type Exchange } from './endpoint.js';

/** The ways in which a server breaks an exchange off itself. */
const BREAKS: Readonly<Record<string, (exchange: Exchange) => void>> = {
  response: ({ response }) => void response.destroy(),
  socket: ({ response }) => void response.socket?.destroy(),
  error: ({ response }) => void response.destroy(new BoomError('given up')),
  // What a proxied server did to us is not what our client did.
  upstream: ({ response }) => void response.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })),
  stream: ({ response }) => streamOf(response)?.close(8),
  connections: ({ request, response }) => {
    const stream = streamOf(response);
    if (stream === undefined) {
      (request.socket as { readonly server?: Server }).server?.closeAllConnections();
    } else {
      stream.session?.destroy();
    }
  },
  silence: ({ response }) => void response.setTimeout(10),
  patience: ({ response }) => void response.setTimeout(10, () => void response.destroy()),
};

/** The ways in which a handler gives up a body that it has begun to read, and answers all the same. */
const GIVE_UPS: Readonly<Record<string, (exchange: Exchange) => void>> = {
  pipeline: ({ request, response }) => {
    const full = new Writable({ write: (_chunk, _encoding, done) => done(new BoomError('disk full')) });
    pipeline(request, full, () => void response.writeHead(507).end('full'));
  },
  async loop({ request, response }) {
    for await (const _chunk of request) {
      break;
    }
    response.end('enough');
  },
};

const raw = (path: string, handle: Endpoint['handle']): Endpoint => ({ method: 'GET', mount: '', path, kind: 'raw', handle });

/** The routes whose exchanges end in unusual ways. */
export const CONNECTION_ENDPOINTS: readonly Endpoint[] = [
  raw('/broken-by/:what', (exchange) => {
    setTimeout(() => BREAKS[exchange.params['what'] ?? '']?.(exchange), 5);
  }),
  raw('/begun-and-broken-by/:what', (exchange) => {
    exchange.response.writeHead(202);
    exchange.response.write('begun');
    setTimeout(() => BREAKS[exchange.params['what'] ?? '']?.(exchange), 15);
  }),
  raw('/given-up/:how', (exchange) => GIVE_UPS[exchange.params['how'] ?? '']?.(exchange)),
  raw('/hints', async ({ response }) => {
    await new Promise<void>((resolve) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' }, resolve);
      // The response of HTTP/2 takes no callback.
      setImmediate(resolve);
    });
    response.writeHead(203).end('hinted');
  }),
  raw('/empty', ({ response }) => void response.writeHead(204).end()),
  raw('/unchanged', ({ response }) => void response.writeHead(304, { etag: '"1"' }).end()),
];

function streamOf(response: ServerResponse): ServerHttp2Stream | undefined {
  return (response as { readonly stream?: ServerHttp2Stream }).stream;
}
