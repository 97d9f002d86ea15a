import { REDACTED } from '../redaction/sensitive-names.js';
import { isSecretName, mayNameSecret } from './field-redaction.js';

const NAME = /[\w$.-]/;
const MAX_NAME = 128;

/** Where a quoted text goes on in the next line, as `util.inspect` writes long ones. */
const CONTINUED = /\s\+\n\s*(["'`])/y;

/** What stands before the brackets of an object: its class, its size, what it extends. */
const PREFIX = /(?:[\w$.]+(?:\(\d+\))? (?:\[[^\]\n]{0,64}\] )?){0,2}(?=[[{<])/y;

const NUMBER = /-?\d[\w.:+-]*/y;

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}', '<': '>' };

/**
 * A text such as `util.inspect` and `JSON.stringify` write, without the values under the names that are never shown:
 * quoted texts, objects, lists and numbers. Linear in time.
 */
export function redactNamedSecrets(text: string): string {
  if (!mayNameSecret(text)) {
    return text;
  }
  let result = '';
  let copied = 0;
  for (const { index } of text.matchAll(/:|=>/g)) {
    const start = index < copied ? undefined : valueBehind(text, index);
    const end = start === undefined ? undefined : endOfValue(text, start);
    if (start !== undefined && end !== undefined) {
      const [quote = "'"] = /^\\*["'`]/.exec(text.slice(start, start + 8)) ?? /\\*["`]$/.exec(nameEnd(text, index)) ?? [];
      result += `${text.slice(copied, start)}${quote}${REDACTED}${quote}`;
      copied = end;
    }
  }
  return result + text.slice(copied);
}

/** Where the value of a secret name begins, if such a name ends before a separator. */
function valueBehind(text: string, separator: number): number | undefined {
  let end = separator;
  const least = Math.max(0, separator - 8);
  while (end > least && /[\s)\]"'`\\]/.test(text.charAt(end - 1))) {
    end -= 1;
  }
  let start = end;
  while (start > 0 && end - start < MAX_NAME && NAME.test(text.charAt(start - 1))) {
    start -= 1;
  }
  if (start === end || !isSecretName(text.slice(start, end))) {
    return undefined;
  }
  const behind = separator + (text.charAt(separator) === ':' ? 1 : 2);
  return text.charAt(behind) === ' ' ? behind + 1 : behind;
}

function nameEnd(text: string, separator: number): string {
  return text.slice(Math.max(0, separator - 8), separator).trimEnd();
}

/** `undefined` for a word of plain text. */
function endOfValue(text: string, start: number): number | undefined {
  const quote = /^\\*["'`]/.exec(text.slice(start, start + 8))?.[0];
  if (quote !== undefined) {
    return endOfQuoted(text, start, quote);
  }
  const open = start + matchAt(PREFIX, text, start);
  const close = CLOSING[text.charAt(open)];
  if (close !== undefined) {
    return endOfGroup(text, open, close);
  }
  const length = matchAt(NUMBER, text, start);
  return length === 0 ? undefined : start + length;
}

/** The end of a quoted text with all lines in which it goes on. */
function endOfQuoted(text: string, start: number, quote: string): number {
  let end = endOfLine(text, start, quote);
  for (let more = matchAt(CONTINUED, text, end); more > 0; more = matchAt(CONTINUED, text, end)) {
    const next = end + more - 1;
    end = endOfLine(text, next, text.charAt(next));
  }
  return end;
}

/** A text that does not end was cut. */
function endOfLine(text: string, start: number, quote: string): number {
  let end = start + quote.length;
  while (end < text.length && !(text.startsWith(quote, end) && (quote.length === 1 || text.charAt(end - 1) !== '\\'))) {
    end += quote.length === 1 && text.charAt(end) === '\\' ? 2 : 1;
  }
  return Math.min(end + quote.length, text.length);
}

function endOfGroup(text: string, start: number, close: string): number {
  const open = text.charAt(start);
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === open) {
      depth += 1;
    } else if (character === close) {
      depth -= 1;
      if (depth === 0) {
        return index + 1;
      }
    } else if (/["'`]/.test(character) && /[\s[{(,:]/.test(text.charAt(index - 1))) {
      index = endOfQuoted(text, index, character) - 1;
    }
  }
  return text.length;
}

function matchAt(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0].length ?? 0;
}
