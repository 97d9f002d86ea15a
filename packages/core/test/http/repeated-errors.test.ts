import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { verifies } from '@otelier/testkit';
import { blockBench, isServerSpan } from '@otelier/testkit/conformance';
import { observing, serveWatched, type WatchedServer } from './watched-server.js';

const GOOD = 'GET /good HTTP/1.1\r\nHost: a.example\r\n\r\n';
const UPLOAD = 'POST /upload HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n';
/** Says that nothing more comes. */
const CUT = 'cut';
/** Waits for a server that runs out of patience. */
const SILENCE = '';
const QUICK = { connectionsCheckingInterval: 10, headersTimeout: 40, requestTimeout: 40 };

const block = blockBench();
let watched: WatchedServer;

afterEach(() => watched.close());

/**
 * Sends bytes, and more of them after each error of the connection, whose listener does no more than look on; then the
 * client leaves.
 */
async function errorsOf(pieces: readonly string[], answer = (response: ServerResponse): unknown => response.end('good')): Promise<unknown[]> {
  const server = createServer(QUICK, observing(answer));
  watched = await serveWatched(server);
  const client = connect(watched.port, '127.0.0.1');
  client.on('error', () => {}).resume();
  const codes: unknown[] = [];
  for (const piece of pieces) {
    const failed = once(server, 'clientError');
    if (piece === CUT) {
      client.end();
    } else {
      client.write(piece);
    }
    const [error, socket] = (await failed) as [{ readonly code: unknown }, Socket];
    // Node listens to a connection no more that has failed once.
    socket.on('error', () => {});
    codes.push(error.code);
  }
  client.destroy();
  return codes;
}

/** The errors that the spans tell, of which there is one for each request. */
async function recorded(count: number): Promise<unknown[]> {
  const spans = (await block.telemetry.waitFor((all) => all.filter(isServerSpan).length >= count)).filter(isServerSpan);
  const points = await block.telemetry.metric('http.server.request.duration');
  await block.telemetry.waitForActive(0);
  expect(points.reduce((sum, point) => sum + point.count, 0)).toBe(count);
  expect(spans).toHaveLength(count);
  return spans.map(({ attributes }) => attributes['error.type']);
}

describe('a request whose connection fails again and again', () => {
  verifies(['R1', 'R9', 'M1', 'M2'], 'has one span when it is malformed', async () => {
    expect(await errorsOf(['GARBAGE\r\n', 'more\r\n', 'and more'])).toHaveLength(3);
    expect(await recorded(1)).toEqual(['HPE_INVALID_METHOD']);
  });

  verifies(['R1', 'R9', 'M1', 'M2'], 'has one span when it is too slow and then cut off', async () => {
    expect(await errorsOf(['GET /slow HTTP/1.1\r\nHo', CUT])).toEqual(['ERR_HTTP_REQUEST_TIMEOUT', 'HPE_INVALID_EOF_STATE']);
    expect(await recorded(1)).toEqual(['ERR_HTTP_REQUEST_TIMEOUT']);
  });

  verifies(['R1', 'R9'], 'has the span that its handler got, and the first error, when its body is malformed and then too slow', async () => {
    const codes = await errorsOf([`${UPLOAD}ZZ\r\n`, SILENCE], () => {});
    expect(codes).toEqual(['HPE_INVALID_CHUNK_SIZE', 'ERR_HTTP_REQUEST_TIMEOUT']);
    expect(await recorded(1)).toEqual(['HPE_INVALID_CHUNK_SIZE']);
  });

  verifies(['R1', 'R9'], 'does not hide the next one that is malformed', async () => {
    // The first is too slow, which its server does not mind.
    expect(await errorsOf(['GET /slow HTTP/1.1\r\nHo', `st: a.example\r\n\r\n${GOOD}GARBAGE\r\n`])).toHaveLength(2);
    const errors = await recorded(4);
    expect(errors.filter((error) => error !== undefined)).toEqual(['ERR_HTTP_REQUEST_TIMEOUT', 'HPE_INVALID_METHOD']);
  });
});
