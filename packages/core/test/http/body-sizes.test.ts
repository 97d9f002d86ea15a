import { once } from 'node:events';
import { ServerResponse, type IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { PassThrough, pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { verifies } from '@otelier/testkit';
import { countBodies } from '../../src/http/body-sizes.js';
import { until } from '../test-process.js';
import { BodySizeBench, type Handler } from './body-size-bench.js';

const TEXT = 'Größe 世界 ';
const LARGE = Buffer.alloc(3 * 1024 * 1024, 'x');
const PIECES = [Buffer.from(TEXT), LARGE.subarray(0, 300_000), LARGE];
const PIECES_LENGTH = PIECES.reduce((sum, piece) => sum + piece.length, 0);

let bench: BodySizeBench;

afterEach(() => bench.close());

/** Compresses as middleware does: what the handler writes goes through gzip to the methods that were there. */
function compress(response: ServerResponse): void {
  const gzip = createGzip();
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  response.setHeader('content-encoding', 'gzip');
  response.write = ((chunk: string) => gzip.write(chunk)) as ServerResponse['write'];
  response.end = ((chunk: string) => gzip.end(chunk)) as unknown as ServerResponse['end'];
  gzip.on('data', (chunk: Buffer) => write(chunk));
  gzip.on('end', () => end());
}

function http2Stream(response: ServerResponse): Readable | undefined {
  return (response as unknown as { readonly stream?: Readable }).stream;
}

const RESPONSES: readonly [title: string, handle: Handler, length: number][] = [
  ['of a text', (_, response) => response.end(TEXT), Buffer.byteLength(TEXT)],
  ['of a text with an encoding', (_, response) => response.end('a1b2c3', 'hex'), 3],
  ['of bytes', (_, response) => response.end(new Uint8Array(7)), 7],
  ['of nothing', (_, response) => response.end(), 0],
  ['of an end with a callback alone', (_, response) => response.end(() => {}), 0],
  [
    'of texts, bytes and encodings one after the other',
    (_, response) => {
      response.write(TEXT);
      response.write('ÿ', 'latin1', () => {});
      response.write('ÿ', () => {});
      response.write(Buffer.alloc(100));
      response.end('YWJj', 'base64', () => {});
    },
    Buffer.byteLength(TEXT) + 1 + 2 + 100 + 3,
  ],
  [
    'of what is held back with cork',
    (_, response) => {
      response.cork?.();
      response.write('one');
      response.write(Buffer.from('three'));
      response.uncork?.();
      response.end('!');
    },
    9,
  ],
  ['of a stream of chunks', (_, response) => pipeline(Readable.from(['a', 'bc', 'def']), response, () => {}), 6],
  ['of a large body that waits for the client', (_, response) => response.end(LARGE), LARGE.length],
  [
    'of a large stream that waits for the client',
    (_, response) => pipeline(Readable.from([LARGE, LARGE]), response, () => {}),
    2 * LARGE.length,
  ],
  [
    'without what Node refuses',
    (_, response) => {
      expect(() => response.write(42 as unknown as string)).toThrow('must be of type string');
      response.end('abc');
    },
    3,
  ],
];

const READERS: readonly [title: string, read: (request: IncomingMessage) => Promise<number>][] = [
  [
    'by data events',
    async (request) => {
      let length = 0;
      request.on('data', (chunk: Buffer) => (length += chunk.length));
      await once(request, 'end');
      return length;
    },
  ],
  [
    'by an async iterator',
    async (request) => {
      let length = 0;
      for await (const chunk of request) {
        length += (chunk as Buffer).length;
      }
      return length;
    },
  ],
  [
    'as text, piece by piece',
    async (request) => {
      let text = '';
      request.setEncoding('utf8');
      request.on('readable', () => {
        for (let piece = request.read() as string | null; piece !== null; piece = request.read() as string | null) {
          text += piece;
        }
      });
      await once(request, 'end');
      return Buffer.byteLength(text);
    },
  ],
  [
    'through a pipe',
    async (request) => {
      let length = 0;
      const target = request.pipe(new PassThrough());
      target.on('data', (chunk: Buffer) => (length += chunk.length));
      await finished(target);
      return length;
    },
  ],
];

for (const protocol of ['HTTP/1.1', 'HTTP/2'] as const) {
  describe(`the body sizes of ${protocol}`, () => {
    beforeEach(async () => {
      bench = new BodySizeBench(protocol);
      await bench.listen();
    });

    for (const [title, handle, length] of RESPONSES) {
      verifies('M3', `are those ${title}`, async () => {
        const { request, response, body } = await bench.exchange(handle);
        expect([request, response, body.length]).toEqual([0, length, length]);
      });
    }

    for (const statusCode of protocol === 'HTTP/2' ? [204, 205, 304] : [204, 304]) {
      verifies('M3', `are 0 where the status ${statusCode} forbids a body`, async () => {
        const { response, body } = await bench.exchange((_, answer) => {
          answer.on('error', () => {});
          answer.statusCode = statusCode;
          answer.end('abc');
        });
        expect([response, body.length]).toEqual([0, 0]);
      });
    }

    verifies('M3', 'are 0 for HEAD, whatever the handler writes and calls the method', async () => {
      const handle: Handler = (request, response) => {
        request.method = 'GET';
        response.end('abc');
      };
      const { response, body } = await bench.exchange(handle, { method: 'HEAD' });
      expect([response, body.length]).toEqual([0, 0]);
    });

    verifies('M3', 'are those of the compressed bytes when middleware compresses', async () => {
      const { response, body } = await bench.exchange((_, answer) => {
        compress(answer);
        answer.write('a'.repeat(10_000));
        answer.end('b'.repeat(10_000));
      });
      expect([response, body.subarray(0, 2).toString('hex'), response < 1000]).toEqual([body.length, '1f8b', true]);
    });

    for (const [title, read] of READERS) {
      verifies('M3', `are those of a request body that is read ${title}, and leave it whole`, async () => {
        let seen = 0;
        const handle: Handler = async (request, response) => {
          seen = await read(request);
          response.end('ok');
        };
        const { request, response } = await bench.exchange(handle, { pieces: PIECES });
        expect([request, response, seen]).toEqual([PIECES_LENGTH, 2, PIECES_LENGTH]);
      });
    }

    verifies('M3', 'count a request body that nobody reads as far as it has arrived', async () => {
      const handle: Handler = async (request, response) => {
        await until(() => request.readableLength + (http2Stream(response)?.readableLength ?? 0) >= 5);
        response.end('ok');
      };
      expect((await bench.exchange(handle, { pieces: [Buffer.from('hello')] })).request).toBe(5);
      const large = await bench.exchange(handle, { pieces: [LARGE] });
      expect(large.request >= 5 && large.request <= LARGE.length).toBe(true);
    });

    verifies('M3', 'count what has arrived before the counting began', async () => {
      let late = 0;
      const handle: Handler = async (request, response) => {
        await until(() => request.readableLength + (http2Stream(response)?.readableLength ?? 0) >= 5);
        const sizes = countBodies(request, response);
        await request.toArray();
        response.end('ok');
        late = sizes.request();
      };
      await bench.exchange(handle, { pieces: [Buffer.from('hello')] });
      expect(late).toBe(5);
    });

    verifies('M3', 'count what has come of an upload that the client breaks off', async () => {
      const handle: Handler = async (request, response) => {
        request.on('error', () => {});
        let length = 0;
        request.on('data', (chunk: Buffer) => (length += chunk.length));
        await until(() => length === 300_000);
        response.write('enough');
      };
      const { request, response } = await bench.leave(handle, { pieces: [LARGE.subarray(0, 300_000)] });
      expect([request, response]).toEqual([300_000, 6]);
    });

    verifies('M3', 'count what was handed over of a download that the client breaks off', async () => {
      let handed = 0;
      const handle: Handler = (_, response) => {
        const endless = Readable.from(
          (function* () {
            for (;;) {
              handed += 10_000;
              yield LARGE.subarray(0, 10_000);
            }
          })(),
        );
        pipeline(endless, response, () => {});
      };
      const { response } = await bench.leave(handle);
      expect(response).toBeGreaterThan(0);
      expect(response).toBeLessThanOrEqual(handed);
    });

    verifies(['M3', 'R27'], 'leave nothing on the objects of an exchange that is over', async () => {
      const objects: object[] = [];
      await bench.exchange((request, response) => {
        objects.push(request, response, ...[http2Stream(response) ?? []].flat());
        response.end('abc');
      });
      expect(objects.length).toBe(protocol === 'HTTP/2' ? 3 : 2);
      const own = objects.flatMap((object) => ['push', 'write', 'end'].filter((name) => Object.hasOwn(object, name)));
      expect(own).toEqual([]);
    });
  });
}

describe('the body sizes of HTTP/1.1 as it stands on the wire', () => {
  beforeEach(async () => {
    bench = new BodySizeBench('HTTP/1.1');
    await bench.listen();
  });

  verifies('M3', 'leave out chunk sizes, their extensions and trailers', async () => {
    bench.handler = async (request, response) => {
      await request.toArray();
      response.write('one');
      response.addTrailers({ 'x-sum': '3' });
      response.end();
    };
    const socket = bench.connect();
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n');
    socket.write('5;ext=1\r\nhello\r\n1\r\n!\r\n0\r\nx-trailer: 1\r\n\r\n');
    const answer = (await socket.setEncoding('latin1').toArray()).join('');
    expect(answer).toContain('\r\n3\r\none\r\n0\r\n');
    expect(await Promise.all(bench.sizes)).toEqual([{ request: 6, response: 3 }]);
  });

  verifies('M3', 'are counted apart for requests that come in one packet', async () => {
    let secondIsWritten = false;
    bench.handler = async (request, response) => {
      const body = Buffer.concat((await request.toArray()) as Buffer[]).toString();
      if (request.url === '/first') {
        await until(() => secondIsWritten);
      }
      response.end(body.repeat(3));
      secondIsWritten = true;
    };
    const socket = bench.connect();
    const message = (path: string, body: string, connection: string): string =>
      `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    socket.write(message('/first', 'hello', 'keep-alive') + message('/second', 'hi', 'close'));
    await finished(socket.resume());
    expect(await Promise.all(bench.sizes)).toEqual([
      { request: 5, response: 15 },
      { request: 2, response: 6 },
    ]);
  });

  verifies('M3', 'leave out what is written after the end', async () => {
    const { response, body } = await bench.exchange((_, answer) => {
      answer.on('error', () => {});
      answer.end('abc');
      answer.write('lost');
      answer.end('lost');
    });
    expect([response, body.toString()]).toEqual([3, 'abc']);
  });

  verifies('M3', 'do not believe a Content-Length that is wrong', async () => {
    bench.handler = (_, response) => {
      response.setHeader('content-length', 1000);
      response.write('abc');
      response.socket?.destroySoon();
    };
    const socket = bench.connect();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await finished(socket.resume());
    expect(await Promise.all(bench.sizes)).toEqual([{ request: 0, response: 3 }]);
  });

  verifies('M3', 'count once what a framework of its own hands from end to write', async () => {
    await bench.close();
    class PassingResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
      override end(...[chunk]: unknown[]): this {
        this.write(chunk);
        return super.end();
      }
    }
    bench = new BodySizeBench('HTTP/1.1', PassingResponse);
    await bench.listen();
    const { response, body } = await bench.exchange((_, answer) => answer.end('abc'));
    expect([response, body.toString()]).toEqual([3, 'abc']);
  });

  verifies('M3', 'do not take away what other middleware has put on the response', async () => {
    const seen: unknown[] = [];
    let used: ServerResponse | undefined;
    const { response } = await bench.exchange((_, answer) => {
      used = answer;
      const write = answer.write.bind(answer);
      answer.write = ((chunk: string) => {
        seen.push(chunk);
        return write(chunk);
      }) as ServerResponse['write'];
      answer.write('abc');
      answer.end();
    });
    const own = ['write', 'end'].filter((name) => Object.hasOwn(used ?? {}, name));
    expect([response, seen, own]).toEqual([3, ['abc'], ['write']]);
  });
});
