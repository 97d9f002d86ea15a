import { once } from 'node:events';
import { get } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { verifies } from '@otelier/testkit';
import { HttpAnswerReader, type HttpAnswer } from '../../src/pipeline/http-answer';

interface Told {
  readonly status: number;
  readonly reason: string;
  readonly body: string;
}

const MAX_BYTES = 100_000;

const READABLE: Record<string, string> = {
  'a length': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'no reason': 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi',
  'an error': 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy',
  'chunks': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;name=value\r\n0123456789\r\n0\r\n\r\n',
  'trailers': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\nDigest: x\r\nOther: y\r\n\r\n',
  'news before it': 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx',
  'no content': 'HTTP/1.1 204 No Content\r\n\r\n',
  'the end of the connection': 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it',
  'an old version': 'HTTP/1.0 200 OK\r\n\r\nold',
  'empty headers': 'HTTP/1.1 200 OK\r\nX-Empty:\r\nX-Spaced:   a b  \r\nContent-Length: 1\r\n\r\nx',
};

const UNREADABLE: Record<string, string> = {
  'another protocol': '\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\x10\0\0',
  'text': 'go away\r\n\r\n',
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy',
  'a negative length': 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  'a chunk without a size': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n',
  'a chunk that is longer than it says': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n',
  'a header without a name': 'HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 0\r\n\r\n',
  'too long a head': `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  'an end before the head has come': 'HTTP/1.1 200 OK\r\nContent-',
  'an end before the body has come': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe',
  'an end among chunks': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab',
  'nothing': '',
};

/** What our reader makes of bytes that come in pieces of a size. */
function read(text: string, size: number): Told {
  const reader = new HttpAnswerReader(MAX_BYTES);
  const bytes = Buffer.from(text, 'latin1');
  let answer: HttpAnswer | undefined;
  for (let at = 0; at < bytes.length && answer === undefined; at += size) {
    answer = reader.add(bytes.subarray(at, at + size));
  }
  const { status, reason, body } = answer ?? (reader.end() as HttpAnswer);
  return { status, reason, body: body.toString('latin1') };
}

describe('an answer of HTTP/1.1', () => {
  let server: Server;
  let text = '';

  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(text, 'latin1'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  /** What Node's own client makes of it. */
  async function readByNode(): Promise<Told> {
    const outgoing = get({ port: (server.address() as AddressInfo).port, agent: false });
    // Once more, where its answer has begun.
    outgoing.on('error', () => {});
    const [response] = (await once(outgoing, 'response')) as [AsyncIterable<Buffer> & { statusCode: number; statusMessage: string }];
    const pieces: Buffer[] = [];
    for await (const piece of response) {
      pieces.push(piece);
    }
    return { status: response.statusCode, reason: response.statusMessage, body: Buffer.concat(pieces).toString('latin1') };
  }

  for (const [name, given] of Object.entries(READABLE)) {
    verifies('P5', `is read as Node's own client reads it, however it is cut: ${name}`, async () => {
      text = given;
      const told = await readByNode();
      expect([1, 2, 7, given.length].map((size) => read(given, size))).toEqual([told, told, told, told]);
    });
  }

  for (const [name, given] of Object.entries(UNREADABLE)) {
    verifies('X3', `is refused where Node's own client refuses it: ${name}`, async () => {
      text = given;
      await expect(readByNode()).rejects.toThrow(/Parse Error|aborted|hang up/);
      for (const size of [1, 7, given.length || 1]) {
        expect(() => read(given, size)).toThrow(/not one of HTTP|hang up/);
      }
    });
  }

  verifies('P5', 'is known at once to be another protocol', () => {
    const reader = new HttpAnswerReader(MAX_BYTES);
    expect(reader.add(Buffer.from('HT'))).toBeUndefined();
    expect(() => reader.add(Buffer.from('ML'))).toThrow('not one of HTTP/1.1');
  });

  verifies('X3', 'takes no time for headers that mean ill', () => {
    // Either takes minutes where blanks are tried in all ways.
    expect(() => read(`HTTP/1.1 200 OK\r\nX:${' '.repeat(16_000)}\n\r\n\r\n`, 20_000)).toThrow('a header');
    expect(read(`HTTP/1.1 200 OK\r\nX: a${' '.repeat(16_000)}b\r\nContent-Length: 1\r\n\r\nx`, 20_000).body).toBe('x');
  });

  verifies('X3', 'is not read without end', () => {
    const body = 'x'.repeat(MAX_BYTES + 1);
    expect(() => read(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`, 1000)).toThrow('longer than');
    expect(() => read(`HTTP/1.1 200 OK\r\n\r\n${body}`, 1000)).toThrow('longer than');
    const chunks = `3e8\r\n${'x'.repeat(1000)}\r\n`.repeat(101);
    expect(() => read(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`, 777)).toThrow('longer than');
    const trailers = `X: ${'x'.repeat(1000)}\r\n`.repeat(20);
    expect(() => read(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${trailers}`, 777)).toThrow('trailers');
  });
});
