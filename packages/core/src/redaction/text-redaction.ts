import { replaceWords } from '../text/words.js';
import { limitInput } from './length-limit.js';
import { redactUrl } from './url-redaction.js';

/** How much of a text is looked at, in characters; far more than is recorded of any. */
const MAX_LENGTH = 65_536;

/** The marks that make a word go on behind a blank, as far as the other one. */
const MARKS = /["'<>]/g;

/** Where an authority begins, also in JSON that escapes slashes. */
const AUTHORITY = /:[/\\]{2}/;

/**
 * A text such as an error's message: user-info and sensitive values of the URLs in it are replaced, also of those that
 * leave the host out. Other words stay as they are. Of a text with a URL no more than 64 KiB are kept. Linear in time.
 */
export function redactText(text: string): string {
  if (!holdsUrl(text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text)) {
    return text;
  }
  return replaceWords(limitInput(text), (word) => (holdsUrl(word) ? redactWord(word) : word));
}

/** The value of a header: each of its words is redacted as if it were a URL or a parameter. Linear in time. */
export function redactWords(value: string): string {
  return replaceWords(value, redactWord);
}

/** Whether there is a URL with a host, or something with a query. */
function holdsUrl(text: string): boolean {
  const question = text.indexOf('?');
  return AUTHORITY.test(text) || (question !== -1 && text.includes('=', question));
}

function redactWord(word: string): string {
  const redacted = redactUrl(word);
  if (redacted === word) {
    return word;
  }
  const closed = word.endsWith(')') && word.includes('(') && !redacted.endsWith(')') ? `${redacted})` : redacted;
  return countMarks(closed) === countMarks(word) ? closed : closed.replace(MARKS, '');
}

function countMarks(text: string): number {
  return text.match(MARKS)?.length ?? 0;
}
