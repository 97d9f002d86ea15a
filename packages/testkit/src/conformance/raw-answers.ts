/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case name; of a repeated one the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Whether answers have bodies, and whether more bytes can come. */
export interface RawReading {
  /** The answers are to HEAD requests: they name a length and have no body. */
  readonly head: boolean;
  /** The connection is closed: a body without a length is complete. */
  readonly closed: boolean;
}

/**
 * The complete answers in what a server of HTTP/1 has sent; interim ones (1xx) are left out.
 *
 * @throws Error for bytes that are no answer
 */
export function parseAnswers(bytes: Buffer, reading: RawReading): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  let text = bytes.toString('latin1');
  while (text !== '') {
    const headEnd = text.indexOf('\r\n\r\n');
    if (headEnd === -1) {
      break;
    }
    const head = parseHead(text.slice(0, headEnd));
    const body = readBody(text.slice(headEnd + 4), head, reading);
    if (body === undefined) {
      break;
    }
    text = body.rest;
    if (head.status >= 200) {
      answers.push({ ...head, text: body.text });
    }
  }
  return answers;
}

type Head = Omit<RawAnswer, 'text'>;

function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1];
  if (status === undefined) {
    throw new Error(`no answer of HTTP/1 begins with ${JSON.stringify(first.slice(0, 80))}`);
  }
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(status), headers: Object.fromEntries(headers) };
}

interface Body {
  readonly text: string;
  readonly rest: string;
}

/** `undefined` while the body is not complete. */
function readBody(text: string, { status, headers }: Head, { head, closed }: RawReading): Body | undefined {
  if (head || status < 200 || status === 204 || status === 304) {
    return { text: '', rest: text };
  }
  if (headers['transfer-encoding'] === 'chunked') {
    return readChunks(text);
  }
  const length = headers['content-length'];
  if (length !== undefined) {
    return text.length < Number(length) ? undefined : { text: text.slice(0, Number(length)), rest: text.slice(Number(length)) };
  }
  return closed ? { text, rest: '' } : undefined;
}

function readChunks(text: string): Body | undefined {
  let body = '';
  let at = 0;
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    const size = lineEnd === -1 ? NaN : parseInt(text.slice(at, lineEnd), 16);
    if (Number.isNaN(size)) {
      return undefined;
    }
    const next = lineEnd + 2 + size + 2;
    if (text.length < next) {
      return undefined;
    }
    if (size === 0) {
      return { text: body, rest: text.slice(next) };
    }
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = next;
  }
}
