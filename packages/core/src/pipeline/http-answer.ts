/** The answer of a server, read whole. */
export interface HttpAnswer {
  readonly status: number;
  /** What stands behind the status. */
  readonly reason: string;
  /** By their names in lower case; what comes more than once is joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Whether another request can follow on the same connection. */
  readonly keepsAlive: boolean;
}

interface AnswerHead extends Omit<HttpAnswer, 'body'> {
  /** How the server says that the body ends; `undefined` for with the connection. */
  readonly length: number | 'chunked' | undefined;
}

type Reading<T> = Generator<undefined, T, undefined>;

/** The code of the error for what is no answer of HTTP/1.1. */
export const UNREADABLE_ANSWER = 'ERR_ANSWER_UNREADABLE';

/** As much as Node's own parser takes. */
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_LINE_BYTES = 4096;

const PROTOCOL = 'HTTP/1.';
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([^\r\n]*))?$/;
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):([^\r\n\0]*)$/;
const CHUNK_SIZE = /^([\da-f]{1,8})[ \t]*(?:;[^\r\n]*)?$/i;
const LENGTH = /^\d{1,15}$/;

/**
 * Reads one answer of HTTP/1.1 from the bytes of a connection, as they come.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112
 */
export class HttpAnswerReader {
  private pending: Buffer = Buffer.alloc(0);
  private readonly pieces: Buffer[] = [];
  private bytes = 0;
  private isOver = false;
  /** Whether anything has come. */
  hasBegun = false;
  private readonly reading = this.read();

  /** @param maxBytes - a longer body is not taken */
  constructor(private readonly maxBytes: number) {}

  /**
   * @returns the answer when it is there
   * @throws Error when it is none, or too long
   */
  add(bytes: Buffer): HttpAnswer | undefined {
    this.hasBegun = true;
    this.pending = this.pending.length === 0 ? bytes : Buffer.concat([this.pending, bytes]);
    return this.advance();
  }

  /**
   * The server has ended the connection.
   *
   * @throws Error when that is not the end of an answer
   */
  end(): HttpAnswer | undefined {
    this.isOver = true;
    return this.advance();
  }

  private advance(): HttpAnswer | undefined {
    const { done, value } = this.reading.next();
    return done === true ? value : undefined;
  }

  private *read(): Reading<HttpAnswer> {
    let head: AnswerHead;
    do {
      yield* this.seeProtocol();
      head = readHead(yield* this.through('\r\n\r\n', MAX_HEAD_BYTES));
      // What comes before is news of the way, not the answer.
    } while (head.status < 200);
    if (head.length === 'chunked') {
      yield* this.readChunks();
    } else if (head.length === undefined) {
      yield* this.readToEnd();
    } else {
      yield* this.readBytes(head.length);
    }
    // What nobody has asked for makes the rest of the connection unreadable.
    const keepsAlive = head.keepsAlive && this.pending.length === 0;
    return { ...head, keepsAlive, body: Buffer.concat(this.pieces) };
  }

  /** Who speaks another protocol may wait for us to go on. */
  private *seeProtocol(): Reading<void> {
    for (;;) {
      const begin = this.pending.toString('latin1', 0, PROTOCOL.length);
      if (begin === PROTOCOL) {
        return;
      }
      if (!PROTOCOL.startsWith(begin)) {
        malformed('its first line');
      }
      yield* this.wait();
    }
  }

  private *readChunks(): Reading<void> {
    for (;;) {
      const line = yield* this.through('\r\n', MAX_LINE_BYTES);
      const [, digits] = CHUNK_SIZE.exec(line) ?? malformed('the size of a chunk');
      const size = Number.parseInt(digits ?? '', 16);
      if (size === 0) {
        break;
      }
      yield* this.readBytes(size);
      if ((yield* this.through('\r\n', MAX_LINE_BYTES)) !== '') {
        malformed('the end of a chunk');
      }
    }
    // Trailers tell nothing.
    for (let bytes = 0; ; ) {
      const line = yield* this.through('\r\n', MAX_LINE_BYTES);
      bytes += line.length;
      if (line === '') {
        return;
      }
      if (bytes > MAX_HEAD_BYTES) {
        malformed('its trailers');
      }
    }
  }

  private *readToEnd(): Reading<void> {
    while (!this.isOver) {
      this.keep(this.pending.length);
      yield;
    }
    this.keep(this.pending.length);
  }

  private *readBytes(length: number): Reading<void> {
    for (let missing = length; missing > 0; ) {
      missing -= this.keep(missing);
      if (missing > 0) {
        yield* this.wait();
      }
    }
  }

  /** What comes before a separator, which is taken as well. */
  private *through(separator: string, maxBytes: number): Reading<string> {
    for (;;) {
      const at = this.pending.indexOf(separator, 0, 'latin1');
      if (at > maxBytes || (at === -1 && this.pending.length > maxBytes)) {
        malformed('a line that is too long');
      }
      if (at !== -1) {
        const text = this.pending.toString('latin1', 0, at);
        this.pending = this.pending.subarray(at + separator.length);
        return text;
      }
      yield* this.wait();
    }
  }

  private *wait(): Reading<void> {
    if (this.isOver) {
      throw brokenOff();
    }
    yield;
  }

  /** Takes no more than is there. */
  private keep(length: number): number {
    const piece = this.pending.subarray(0, length);
    this.pending = this.pending.subarray(piece.length);
    this.bytes += piece.length;
    if (this.bytes > this.maxBytes) {
      throw new Error(`the answer was longer than ${this.maxBytes} bytes`);
    }
    this.pieces.push(piece);
    return piece.length;
  }
}

/** What Node says of a connection that ends without an answer. */
export function brokenOff(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

function malformed(what: string): never {
  const error = new Error(`the answer is not one of HTTP/1.1: ${what} can't be read`);
  throw Object.assign(error, { code: UNREADABLE_ANSWER });
}

function readHead(text: string): AnswerHead {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, digits, reason = ''] = STATUS_LINE.exec(first) ?? malformed('its first line');
  const status = Number(digits);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = FIELD.exec(line) ?? malformed('a header');
    const key = name.toLowerCase();
    const known = headers.get(key);
    headers.set(key, known === undefined ? value.trim() : `${known}, ${value.trim()}`);
  }
  const length = lengthOf(status, headers);
  const connection = (headers.get('connection') ?? '').toLowerCase();
  const isKept = minor === '1' ? !/\bclose\b/.test(connection) : /\bkeep-alive\b/.test(connection);
  return { status, reason, headers, length, keepsAlive: isKept && length !== undefined && status !== 101 };
}

/** @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
function lengthOf(status: number, headers: ReadonlyMap<string, string>): AnswerHead['length'] {
  if (status < 200 || status === 204 || status === 304) {
    return 0;
  }
  const coding = headers.get('transfer-encoding')?.toLowerCase();
  if (coding !== undefined) {
    return coding === 'chunked' ? 'chunked' : malformed('its transfer coding');
  }
  const length = headers.get('content-length');
  if (length === undefined) {
    return undefined;
  }
  // Some say the same twice.
  const said = new Set(length.split(',').map((part) => part.trim()));
  const [only = ''] = said;
  return said.size === 1 && LENGTH.test(only) ? Number(only) : malformed('its length');
}
