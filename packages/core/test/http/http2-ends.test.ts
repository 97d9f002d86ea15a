import { once } from 'node:events';
import { connect, constants, createServer, type ClientHttp2Stream, type Http2Server, type IncomingHttpHeaders } from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifies } from '@otelier/testkit';
import { watchResponseEnd } from '../../src/http/ends/response-end.js';

/** How the other side of a request behaves. */
interface Behaviour {
  readonly method?: string;
  readonly serve: (response: ServerResponse, request: IncomingMessage) => void;
  readonly client: (stream: ClientHttp2Stream) => void;
}

type End = Parameters<Parameters<typeof watchResponseEnd>[1]['ended']>;

/** Serves one request over HTTP/2 and tells how its response ended. */
async function endOf({ method = 'GET', serve, client }: Behaviour): Promise<End> {
  let tell: (end: End) => void;
  const ended = new Promise<End>((resolve) => (tell = resolve));
  const server: Http2Server = createServer((request, response) => {
    const parts = [request, response] as unknown as [IncomingMessage, ServerResponse];
    watchResponseEnd(parts[1], { ended: (...end) => tell(end), watchesSources: false, recordError: () => {} });
    serve(parts[1], parts[0]);
    client(stream);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const stream = session.request({ ':method': method, ':path': '/' }, { endStream: method !== 'POST' });
  stream.on('error', () => {});
  try {
    return await ended;
  } finally {
    session.destroy();
    server.close();
  }
}

const COMPLETED = ['completed', undefined];
const DISCONNECTED = ['disconnected', undefined];
const readAll = (stream: ClientHttp2Stream): void => void stream.resume();
const cancel = (stream: ClientHttp2Stream): void => stream.close(constants.NGHTTP2_CANCEL);
const onAnswer =
  (act: (stream: ClientHttp2Stream) => void) =>
  (stream: ClientHttp2Stream): void =>
    void stream.once('response', (_headers: IncomingHttpHeaders) => act(stream));
const begin = (response: ServerResponse): void => {
  response.writeHead(202);
  response.write('begun');
};

describe('responses over HTTP/2', () => {
  it.each<[string, Behaviour, readonly unknown[]]>([
    ['that is answered', { serve: (response) => response.end('x'), client: readAll }, COMPLETED],
    ['without a body', { serve: (response) => response.writeHead(204).end(), client: readAll }, COMPLETED],
    ['to HEAD', { method: 'HEAD', serve: (response) => response.end('x'), client: readAll }, COMPLETED],
    ['to HEAD, answered later', { method: 'HEAD', serve: (response) => setImmediate(() => response.end()), client: readAll }, COMPLETED],
    ['to HEAD, reset before the answer', { method: 'HEAD', serve: () => {}, client: cancel }, DISCONNECTED],
    ['that is reset before the answer', { serve: () => {}, client: cancel }, DISCONNECTED],
    ['that is reset with an error', { serve: () => {}, client: (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR) }, DISCONNECTED],
    ['that is reset in the middle of the answer', { serve: begin, client: onAnswer(cancel) }, DISCONNECTED],
    [
      'that is reset before its last bytes could be sent',
      { serve: (response) => response.end(Buffer.alloc(5_000_000)), client: onAnswer(cancel) },
      DISCONNECTED,
    ],
    ['whose connection goes away', { serve: begin, client: onAnswer((stream) => stream.session?.destroy()) }, DISCONNECTED],
    [
      'to an upload that goes on after the answer',
      {
        method: 'POST',
        serve: (response, request) => request.once('data', () => response.end('enough')),
        client: (stream) => void stream.write('and on and on'),
      },
      COMPLETED,
    ],
    ['to an upload that is given up', { method: 'POST', serve: (_response, request) => void request.resume(), client: cancel }, DISCONNECTED],
  ])('tells how a response %s ends', async (_what, behaviour, expected) => {
    expect(await endOf(behaviour)).toEqual(expected);
  });

  verifies(['R6', 'R8', 'R25'], 'tells the error with which the server broke an answer off', async () => {
    const cut = new Error('cut');
    const serve = (response: ServerResponse): void => {
      begin(response);
      response.destroy(cut);
    };
    expect(await endOf({ serve, client: readAll })).toEqual(['broken-off', cut]);
  });

  verifies(['R7', 'R25'], 'waits for the last byte and the trailers', async () => {
    let written = false;
    const serve = (response: ServerResponse): void => {
      begin(response);
      setTimeout(() => {
        written = true;
        response.addTrailers({ 'x-sum': '1' });
        response.end('done');
      }, 10);
    };
    const end = await endOf({ serve, client: readAll });
    expect([end, written]).toEqual([COMPLETED, true]);
  });
});
