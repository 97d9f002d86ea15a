import { REDACTED } from './sensitive-names.js';

/** Longer texts are not looked at to their end, in characters. */
const MAX_INPUT_LENGTH = 65_536;

const DELIMITERS = '/?&;#';

/**
 * Cuts a text that is too long to be looked at. What a name, a password or a value would be cut in is left out whole, as
 * the part that is left no longer shows what it is of.
 */
export function limitInput(text: string): string {
  if (text.length <= MAX_INPUT_LENGTH) {
    return text;
  }
  let end = MAX_INPUT_LENGTH;
  while (end > 0 && !DELIMITERS.includes(text.charAt(end - 1))) {
    end -= 1;
  }
  return text.slice(0, end) + REDACTED;
}
