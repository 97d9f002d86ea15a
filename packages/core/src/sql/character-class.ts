const SPACE = 1;
const LETTER = 2;
const DIGIT = 3;

/** Class of every ASCII code unit; control characters count as white space. */
const CLASSES = new Uint8Array(128).map((_, code) => {
  if (code <= 0x20 || code === 0x7f) {
    return SPACE;
  }
  if (code >= 0x30 && code <= 0x39) {
    return DIGIT;
  }
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f ? LETTER : 0;
});

/** Tells whether a UTF-16 code unit is ASCII white space or a control character; false past the end (NaN). */
export function isSpace(code: number): boolean {
  return code < 128 && CLASSES[code] === SPACE;
}

/** Tells whether a UTF-16 code unit is a decimal digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Tells whether a UTF-16 code unit can begin an unquoted identifier: a letter, `_`, or anything beyond ASCII. */
export function isWordStart(code: number): boolean {
  return code < 128 ? CLASSES[code] === LETTER : code >= 128;
}

/** Tells whether a UTF-16 code unit can stand inside an unquoted identifier; `$` can in both dialects. */
export function isWordPart(code: number): boolean {
  return code < 128 ? (CLASSES[code] ?? 0) >= LETTER || code === 0x24 : code >= 128;
}

const UNPRINTABLE = /[\p{Cc}\u2028\u2029]/u;
const EVERY_UNPRINTABLE = /[\p{Cc}\u2028\u2029]/gu;

/** Replaces control characters and line separators by spaces, one for one, so that a text stays on one line. */
export function onOneLine(text: string): string {
  return UNPRINTABLE.test(text) ? text.replace(EVERY_UNPRINTABLE, ' ') : text;
}
