import { ResponseReader } from '../src/response-reader.mjs';

const answer = (status: number, body: string) =>
  `HTTP/1.1 ${status} Some\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe('the reader of answers', () => {
  it('tells each answer once, whole or in pieces', () => {
    const seen: number[] = [];
    const reader = new ResponseReader((status) => seen.push(status));

    for (const character of `${answer(200, '{"a":1}')}${answer(500, '')}`) {
      reader.add(character);
    }
    reader.add(`${answer(204, '')}${answer(200, 'x')}HTTP/1.1 200 O`);

    expect(seen).toEqual([200, 500, 204, 200]);
  });

  it('refuses an answer that does not tell its length', () => {
    const reader = new ResponseReader(() => {});

    expect(() => reader.add('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')).toThrow('without Content-Length');
  });
});
