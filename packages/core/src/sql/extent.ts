import { isDigit, isSpace, isWordPart, isWordStart } from './character-class.js';

const BACKSLASH = 0x5c;
const DOLLAR = 0x24;

/** Where a quoted run ends, and whether a backslash makes that end depend on the server's settings. */
export interface QuotedExtent {
  /** Index after the closing quote, or -1 when there is none. */
  readonly end: number;
  /** True when an odd run of backslashes stands before a quote. */
  readonly ambiguous: boolean;
}

/** Finds the end of a string whose opening quote is at `start`; a doubled quote stays inside. */
export function stringExtent(text: string, start: number, escapes: boolean): QuotedExtent {
  const quote = text.charCodeAt(start);
  let ambiguous = false;
  let index = start + 1;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) {
      const next = text.charCodeAt(index + 1);
      if (next === quote) {
        ambiguous = true;
      }
      index += next === BACKSLASH || escapes ? 2 : 1;
    } else if (code === quote) {
      if (text.charCodeAt(index + 1) !== quote) {
        return { end: index + 1, ambiguous };
      }
      index += 2;
    } else {
      index += 1;
    }
  }
  return { end: -1, ambiguous };
}

/** Finds the end of a quoted identifier whose opening quote is at `start`; -1 when it is not closed. */
export function quotedNameEnd(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  for (let index = start + 1; index < text.length; index += 1) {
    if (text.charCodeAt(index) !== quote) {
      continue;
    }
    if (text.charCodeAt(index + 1) !== quote) {
      return index + 1;
    }
    index += 1;
  }
  return -1;
}

/**
 * Finds the end of a PostgreSQL dollar-quoted string: `undefined` when `start` opens none, -1 when it is not closed.
 * The tag holds no dollar, so every comparison stops at the next one and the search stays linear.
 */
export function dollarQuoteEnd(text: string, start: number): number | undefined {
  let index = start + 1;
  if (isWordStart(text.charCodeAt(index))) {
    while (isWordPart(text.charCodeAt(index)) && text.charCodeAt(index) !== DOLLAR) {
      index += 1;
    }
  }
  if (text.charCodeAt(index) !== DOLLAR) {
    return undefined;
  }
  const delimiter = text.slice(start, index + 1);
  let candidate = text.indexOf('$', index + 1);
  while (candidate !== -1) {
    if (text.startsWith(delimiter, candidate)) {
      return candidate + delimiter.length;
    }
    candidate = text.indexOf('$', candidate + 1);
  }
  return -1;
}

/** Finds the end of a number, greedily: letters, `_` and `.` glued to it, and a signed exponent, belong to it. */
export function numberEnd(text: string, start: number): number {
  let index = start + 1;
  const second = text.charCodeAt(index) | 0x20;
  const decimal = !(text.charCodeAt(start) === 0x30 && isWordStart(second));
  for (; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((isWordPart(code) && code !== DOLLAR) || code === 0x2e) {
      continue;
    }
    const signedExponent =
      decimal &&
      (code === 0x2b || code === 0x2d) &&
      (text.charCodeAt(index - 1) | 0x20) === 0x65 &&
      isDigit(text.charCodeAt(index + 1));
    if (!signedExponent) {
      break;
    }
  }
  return index;
}

/** Finds the end of an identifier or keyword that begins at `start`. */
export function wordEnd(text: string, start: number): number {
  let index = start + 1;
  while (isWordPart(text.charCodeAt(index))) {
    index += 1;
  }
  return index;
}

/** Finds the end of a run of digits, which may be empty. */
export function digitsEnd(text: string, start: number): number {
  let index = start;
  while (isDigit(text.charCodeAt(index))) {
    index += 1;
  }
  return index;
}

/** Finds the end of a MySQL variable (`@name`, `@@session.name`); `undefined` when no name follows the sign. */
export function variableEnd(text: string, start: number): number | undefined {
  const nameAt = text.charCodeAt(start + 1) === 0x40 ? start + 2 : start + 1;
  let index = nameAt;
  while (isWordPart(text.charCodeAt(index)) || (index > nameAt && text.charCodeAt(index) === 0x2e)) {
    index += 1;
  }
  return index > nameAt ? index : undefined;
}

/** Finds the end of a line comment; PostgreSQL ends it at a carriage return too, MySQL only at a line feed. */
export function lineCommentEnd(text: string, start: number, endsAtReturn: boolean): number {
  let index = start;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === 0x0a || (endsAtReturn && code === 0x0d)) {
      break;
    }
    index += 1;
  }
  return index;
}

/** Finds the end of a block comment that opens at `start`; -1 when it is not closed. */
export function blockCommentEnd(text: string, start: number, nests: boolean): number {
  let depth = 1;
  for (let index = start + 2; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x2a && text.charCodeAt(index + 1) === 0x2f) {
      depth -= 1;
      index += 1;
      if (depth === 0) {
        return index + 1;
      }
    } else if (nests && code === 0x2f && text.charCodeAt(index + 1) === 0x2a) {
      depth += 1;
      index += 1;
    }
  }
  return -1;
}

/** Tells whether `--` at `start` opens a comment: always in PostgreSQL, before white space or the end in MySQL. */
export function opensDashComment(text: string, start: number, needsSpace: boolean): boolean {
  if (text.charCodeAt(start + 1) !== 0x2d) {
    return false;
  }
  return !needsSpace || start + 2 >= text.length || isSpace(text.charCodeAt(start + 2));
}
