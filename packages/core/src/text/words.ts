/** What a quotation or a bracket that begins with a character ends with. */
const CLOSERS: Readonly<Record<string, string | undefined>> = { '"': '"', "'": "'", '<': '>' };

const BLANKS = ' \t\n\r\f\v';

/** Characters at which nothing is to be decided. */
const PLAIN = /[^\s"'<]+/y;

/** Behind these an apostrophe begins a quotation; elsewhere it is one. */
const BEFORE_QUOTATION = ` \t\n\r\f\v=([{,:`;

/** What a quotation that is a word of its own is followed by. */
const BEHIND_QUOTATION = `${BLANKS},;)]}>`;

/**
 * Replaces the words of a text, which may hold URLs and `name=value`, and keeps everything between them.
 *
 * What stands in quotation marks or angle brackets on one line is one word with its blanks, and without the marks where
 * these stand alone; what a word holds beside such a part belongs to it. So do the blanks around `=`. Linear in time as
 * long as `replace` is.
 */
export function replaceWords(text: string, replace: (word: string) => string): string {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const start = at;
    const quotation = quotationEnd(text, start);
    if (quotation !== undefined) {
      at = quotation;
      result += text.charAt(start) + replace(text.slice(start + 1, at - 1)) + text.charAt(at - 1);
    } else if (isOneOf(BLANKS, text, start)) {
      at += 1;
      result += text.charAt(start);
    } else {
      at = wordEnd(text, start);
      result += replace(text.slice(start, at));
    }
  }
  return result;
}

/** The end of a quotation that stands alone; `undefined` where none begins, or where it is a part of a word. */
function quotationEnd(text: string, start: number): number | undefined {
  const end = partEnd(text, start);
  if (end === undefined || text.charAt(spaceEnd(text, end)) === '=') {
    return undefined;
  }
  return end === text.length || isOneOf(BEHIND_QUOTATION, text, end) ? end : undefined;
}

function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    if (!isOneOf(BLANKS, text, at)) {
      at = plainEnd(text, at) ?? partEnd(text, at) ?? openEnd(text, at);
      continue;
    }
    const next = spaceEnd(text, at);
    if (next === at || next === text.length || (text.charAt(at - 1) !== '=' && text.charAt(next) !== '=')) {
      return at;
    }
    at = next;
  }
  return at;
}

function plainEnd(text: string, start: number): number | undefined {
  PLAIN.lastIndex = start;
  return PLAIN.test(text) ? PLAIN.lastIndex : undefined;
}

/** The end of a part in quotation marks or brackets; `undefined` where none begins that ends on its line. */
function partEnd(text: string, start: number): number | undefined {
  const opener = text.charAt(start);
  const closer = CLOSERS[opener];
  if (closer === undefined || (opener === "'" && start > 0 && !isOneOf(BEFORE_QUOTATION, text, start - 1))) {
    return undefined;
  }
  const end = closerPosition(text, start);
  return text.charAt(end) === closer ? end + 1 : undefined;
}

/** Behind a quotation mark that is never closed the rest of the line is quoted; another character stands for itself. */
function openEnd(text: string, at: number): number {
  return text.charAt(at) === '"' ? closerPosition(text, at) : at + 1;
}

/** Where a part is closed, or cannot be any more. An angle bracket that follows another one makes the first no bracket. */
function closerPosition(text: string, start: number): number {
  const opener = text.charAt(start);
  const closer = CLOSERS[opener];
  let at = start + 1;
  for (let char = text.charAt(at); at < text.length && char !== closer && char !== '\n'; char = text.charAt(at)) {
    if (opener === '<' && char === '<') {
      return at;
    }
    const isEscape = opener !== '<' && char === '\\' && text.charAt(at + 1) !== '\n';
    at += isEscape ? 2 : 1;
  }
  return Math.min(at, text.length);
}

function spaceEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && (text.charAt(at) === ' ' || text.charAt(at) === '\t')) {
    at += 1;
  }
  return at;
}

function isOneOf(characters: string, text: string, at: number): boolean {
  return characters.includes(text.charAt(at));
}
