import { errorMonitor, once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { PassThrough, Stream } from 'node:stream';
import { verifies } from '@otelier/testkit';
import { blockBench, isServerSpan } from '@otelier/testkit/conformance';
import { observing, serveWatched, talk, type WatchedServer } from './watched-server.js';

const CLOSING = 'GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n';

const block = blockBench();
let watched: WatchedServer;

afterEach(() => watched.close());

/** Begins to read the answer of a handler. */
async function begin(): Promise<IncomingMessage> {
  const request = get({ port: watched.port, host: '127.0.0.1', agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  await once(response, 'data');
  return response;
}

async function ended(count: number): Promise<readonly unknown[]> {
  const spans = await block.telemetry.waitFor((all) => all.filter(isServerSpan).length === count);
  return spans.map(({ attributes }) => attributes['error.type']);
}

describe('a stream that is piped into responses', () => {
  verifies(['R27', 'X7'], 'keeps no listener of a response that is over, whoever ended it', async () => {
    const source = new PassThrough();
    const responses: ServerResponse[] = [];
    const answer = (response: ServerResponse): void => {
      responses.push(response);
      response.write('begun');
      source.pipe(response);
    };
    watched = await serveWatched(createServer(observing(answer)));
    for (const end of ['left', 'ended', 'left'] as const) {
      const reading = await begin();
      expect(source.listenerCount(errorMonitor)).toBe(1);
      if (end === 'left') {
        reading.destroy();
      } else {
        responses.at(-1)?.end();
      }
      await once(responses.at(-1) as ServerResponse, 'close');
      expect(source.listenerCount(errorMonitor)).toBe(0);
    }
    expect(await ended(3)).toEqual(['client_disconnected', undefined, 'client_disconnected']);
  });

  verifies('R27', 'keeps no listener when it is a stream of the oldest kind, which is never unpiped', async () => {
    const source = new Stream();
    const answer = (response: ServerResponse): void => {
      source.pipe(response, { end: false });
      expect(source.listenerCount(errorMonitor)).toBe(1);
      source.emit('data', 'begun');
      response.end();
    };
    watched = await serveWatched(createServer(observing(answer)));
    expect(await talk(watched.port, CLOSING)).toContain('begun');
    expect(await ended(1)).toEqual([undefined]);
    expect(source.listenerCount(errorMonitor)).toBe(0);
  });

  verifies(['R6', 'R27'], 'is none of the response any more when it is unpiped', async () => {
    const [first, second] = [new PassThrough(), new PassThrough()];
    first.on('error', () => {});
    const left: number[] = [];
    const answer = (response: ServerResponse): void => {
      response.write('begun');
      [first, second].forEach((source) => source.pipe(response, { end: false }));
      first.unpipe(response);
      left.push(first.listenerCount(errorMonitor), second.listenerCount(errorMonitor));
      first.once('close', () => response.end());
      first.destroy(new RangeError('of no concern'));
    };
    watched = await serveWatched(createServer(observing(answer)));
    expect(await talk(watched.port, CLOSING)).toContain('begun');
    expect(left).toEqual([0, 1]);
    expect(await ended(1)).toEqual([undefined]);
    expect(block.telemetry.spans()[0]?.events).toEqual([]);
    expect(second.listenerCount(errorMonitor)).toBe(0);
  });

  verifies('R27', 'keeps no listener when it is piped twice', async () => {
    const source = new Stream();
    const answer = (response: ServerResponse): void => {
      source.pipe(response, { end: false });
      source.pipe(response, { end: false });
      source.emit('data', 'begun');
      response.end();
    };
    watched = await serveWatched(createServer(observing(answer)));
    expect(await talk(watched.port, CLOSING)).toContain('begun');
    expect(await ended(1)).toEqual([undefined]);
    expect(source.listenerCount(errorMonitor)).toBe(0);
  });

  verifies('R27', 'leaves no listener with the response that it is unpiped from', async () => {
    const left: number[] = [];
    const answer = (response: ServerResponse): void => {
      for (const source of [new PassThrough(), new PassThrough()]) {
        source.pipe(response, { end: false });
        source.unpipe(response);
        left.push(response.listenerCount('unpipe'));
      }
      response.end();
    };
    watched = await serveWatched(createServer(observing(answer)));
    await talk(watched.port, CLOSING);
    expect(left).toEqual([0, 0]);
  });

  verifies(['R6', 'R8'], 'still tells of its failure when it goes into several responses', async () => {
    const source = new PassThrough();
    const responses: ServerResponse[] = [];
    source.on('error', (error) => responses.forEach((response) => response.destroy(error)));
    const answer = (response: ServerResponse): void => {
      responses.push(response);
      response.write('begun');
      source.pipe(response);
    };
    watched = await serveWatched(createServer(observing(answer)));
    await Promise.all([begin(), begin()]);
    source.destroy(new RangeError('cut'));
    expect(await ended(2)).toEqual(['RangeError', 'RangeError']);
  });
});
