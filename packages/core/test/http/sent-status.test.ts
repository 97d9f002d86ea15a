import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { verifies } from '@otelier/testkit';
import { blockBench, isServerSpan } from '@otelier/testkit/conformance';
import { observing } from './watched-server.js';

type Answer = (response: ServerResponse) => void;

/** What a handler does, and what its client gets. */
type Case = readonly [does: string, answer: Answer, sent: number];

const streamOf = (response: ServerResponse): ServerHttp2Stream => (response as unknown as { readonly stream: ServerHttp2Stream }).stream;

/** An error handler that comes too late. */
const failLate: Answer = (response) => {
  response.write('begun', () => {
    response.statusCode = 500;
    response.end();
  });
};

const BOTH: readonly Case[] = [
  ['answers and then sets another status', (response) => (response.end('x'), (response.statusCode = 503)), 200],
  ['sets the status of an error in the middle of the answer', failLate, 200],
  ['sets another status behind writeHead()', (response) => (response.writeHead(201), (response.statusCode = 404), response.end()), 201],
  ['sends no body', (response) => response.writeHead(304).end(), 304],
];

const HTTP1: readonly Case[] = [
  ...BOTH,
  ['sends interim answers', (response) => (response.writeProcessing(), (response.statusCode = 202), response.end()), 202],
  ['sends a text of its own with the status', (response) => response.writeHead(299, 'Odd 500').end(), 299],
];

const HTTP2: readonly Case[] = [
  ...BOTH,
  ['answers on the stream', (response) => streamOf(response).respond({ ':status': 204 }, { endStream: true }), 204],
  ['answers on the stream with an error', (response) => (streamOf(response).respond({ ':status': 502 }), streamOf(response).end()), 502],
];

const block = blockBench();
let server: Server | ReturnType<typeof createHttp2Server>;

afterEach(() => void server.close());

async function listen(): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** The status codes that the span and the duration of the one request say. */
async function recorded(): Promise<readonly unknown[]> {
  const spans = (await block.telemetry.waitFor((all) => all.some(isServerSpan))).filter(isServerSpan);
  const points = await block.telemetry.metric('http.server.request.duration');
  return [...spans, ...points].map(({ attributes }) => attributes['http.response.status_code']);
}

describe('the status of a response', () => {
  for (const [does, answer, sent] of HTTP1) {
    verifies(['R3', 'R5', 'M1'], `is the one that was sent over HTTP/1 when a handler ${does}`, async () => {
      server = createServer(observing(answer));
      const request = get({ port: await listen(), host: '127.0.0.1', agent: false });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await once(response.resume(), 'end');
      expect(response.statusCode).toBe(sent);
      expect(await recorded()).toEqual([sent, sent]);
    });
  }

  for (const [does, answer, sent] of HTTP2) {
    verifies(['R3', 'R5', 'R25', 'M1'], `is the one that was sent over HTTP/2 when a handler ${does}`, async () => {
      const listener = observing(answer);
      server = createHttp2Server((request, response) => listener(request as never, response as never));
      const session = connect(`http://127.0.0.1:${await listen()}`);
      const stream = session.request({ ':path': '/' });
      const [headers] = (await once(stream, 'response')) as [{ readonly ':status': number }];
      await once(stream.resume(), 'end');
      session.close();
      expect(headers[':status']).toBe(sent);
      expect(await recorded()).toEqual([sent, sent]);
    });
  }

  verifies(['R5', 'R8'], 'is the one that was sent when the client leaves and the handler makes it an error', async () => {
    server = createServer(
      observing((response) => {
        response.writeHead(202).write('begun');
        response.prependListener('close', () => (response.statusCode = 500));
      }),
    );
    const request = get({ port: await listen(), host: '127.0.0.1', agent: false }).on('error', () => {});
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => {}).destroy();
    expect(await recorded()).toEqual([202, 202]);
  });
});
