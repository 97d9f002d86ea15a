const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;

/** What a word says of the quote that stands right behind it. */
export interface StringPrefix {
  readonly quoteAt: number;
  /** `E'…'` escapes whatever the server's settings are; `name` is a quoted identifier. */
  readonly kind: 'plain' | 'escaping' | 'name';
}

/** Reads the word between `start` and `end` as a prefix of the PostgreSQL string or name behind it, if it is one. */
export function postgresPrefix(text: string, start: number, end: number): StringPrefix | undefined {
  if (end !== start + 1) {
    return undefined;
  }
  const letter = text.charCodeAt(start) | 0x20;
  const next = text.charCodeAt(end);
  if (letter === 0x75 && next === 0x26) {
    const quote = text.charCodeAt(end + 1);
    if (quote === QUOTE) {
      return { quoteAt: end + 1, kind: 'plain' };
    }
    return quote === DOUBLE_QUOTE ? { quoteAt: end + 1, kind: 'name' } : undefined;
  }
  if (next !== QUOTE) {
    return undefined;
  }
  if (letter === 0x65) {
    return { quoteAt: end, kind: 'escaping' };
  }
  return isTypedLetter(letter) ? { quoteAt: end, kind: 'plain' } : undefined;
}

/** Reads the word between `start` and `end` as a prefix of the MySQL string behind it, if it is one. */
export function mysqlPrefix(text: string, start: number, end: number): StringPrefix | undefined {
  const next = text.charCodeAt(end);
  if (next !== QUOTE && next !== DOUBLE_QUOTE) {
    return undefined;
  }
  const first = text.charCodeAt(start);
  const prefix = first === 0x5f || (end === start + 1 && isTypedLetter(first | 0x20));
  return prefix ? { quoteAt: end, kind: 'plain' } : undefined;
}

/** National, binary and hexadecimal strings: `N''`, `B''`, `X''`. */
function isTypedLetter(letter: number): boolean {
  return letter === 0x6e || letter === 0x62 || letter === 0x78;
}
