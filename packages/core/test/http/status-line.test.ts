import { verifies } from '@otelier/testkit';
import { MAX_HEAD_LENGTH, StatusLineReader, type StatusLine } from '../../src/http/unhandled/status-line.js';

const INTERIM = 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n';
const FINAL = 'HTTP/1.0 101 Switching Protocols\r\nUpgrade: x\r\n\r\nframe';

/** What is told of pieces, and in which of them. */
function read(pieces: readonly string[], ended = false): [index: number, line: StatusLine] | undefined {
  const reader = new StatusLineReader();
  for (const [index, piece] of pieces.entries()) {
    const line = reader.read(piece, ended && index === pieces.length - 1);
    if (line !== undefined) {
      return [index, line];
    }
  }
  return undefined;
}

/** Where something could be put in behind the first line. */
function placeIn(pieces: readonly string[]): string | undefined {
  const [index, { end }] = read(pieces) ?? [0, { end: undefined }];
  return end === undefined ? undefined : pieces.slice(0, index).join('') + (pieces[index] ?? '').slice(0, end);
}

describe('the status line of an answer that is written by hand', () => {
  verifies(['R9', 'R22'], 'is found with its end wherever the answer is cut into two pieces', () => {
    const lineEnd = INTERIM + FINAL.slice(0, FINAL.indexOf('\r\n') + 2);
    for (let at = 0; at <= INTERIM.length + FINAL.length; at += 1) {
      const pieces = [(INTERIM + FINAL).slice(0, at), (INTERIM + FINAL).slice(at)];
      expect([at, read(pieces)?.[1].status, placeIn(pieces)]).toEqual([at, 101, lineEnd]);
    }
  });

  verifies('R9', 'is found in single characters', () => {
    expect(read((INTERIM + INTERIM + FINAL).split(''))?.[1].status).toBe(101);
  });

  it.each<[string, string[], number | undefined]>([
    ['half a line', ['HTTP/1.1 ', '401'], 401],
    ['half an interim head', [INTERIM, 'HTTP/1.1 102 Processing\r\nA: b'], undefined],
    ['half an interim line', ['HTTP/1.1 103 Ear'], undefined],
    ['the beginning of one', ['HTT'], undefined],
  ])('is taken from %s where nothing follows', (_what, pieces, status) => {
    expect(read(pieces)).toBeUndefined();
    expect(read(pieces, true)).toEqual([pieces.length - 1, { status, end: undefined }]);
  });

  it.each([
    ['frames of HTTP/2', '\u0000\u0000\u0012\u0004\u0000'],
    ['a word', 'HTTQ'],
    ['a line of something else', 'SSH-2.0-x\r\n'],
    ['a version that is none', 'HTTP/1.7 200 OK\r\n'],
  ])('is none in %s', (_what, bytes) => {
    expect(read([bytes])?.[1].status).toBeUndefined();
    expect(read([bytes])?.[0]).toBe(0);
  });

  verifies('X6', 'is given up in a head without an end', () => {
    const pieces = ['HTTP/1.1 200 ', ...Array<string>(20).fill('x'.repeat(1000))];
    expect(read(pieces)).toEqual([Math.ceil(MAX_HEAD_LENGTH / 1000), { status: 200, end: undefined }]);
    const interim = ['HTTP/1.1 103 Early\r\n', ...Array<string>(20).fill('x'.repeat(1000))];
    expect(read(interim)?.[1]).toEqual({ status: undefined, end: undefined });
  });

  verifies('R9', 'is not there as long as nothing is written', () => {
    expect(read(['', '', ''], true)).toBeUndefined();
  });
});
