import { REDACTED } from './sensitive-names.js';

/** Where an authority begins: after a scheme, or at the start of a URL that leaves the scheme out. */
const AUTHORITY_START = /(?:^[/\\]{2}|:[/\\])[/\\]*/g;

/** Replaces user and password of every URL in a text, also of one within another's path or query. Linear in time. */
export function redactUserInfo(text: string): string {
  const lastAt = text.lastIndexOf('@');
  if (lastAt === -1) {
    return text;
  }
  let result = '';
  let done = 0;
  for (const { index, 0: opening } of text.matchAll(AUTHORITY_START)) {
    const start = index + opening.length;
    const end = start < done ? -1 : userInfoEnd(text, start, lastAt);
    if (end !== -1) {
      result += text.slice(done, start) + mask(text.slice(start, end));
      done = end;
    }
  }
  return result + text.slice(done);
}

/**
 * The position of the `@` after the user-info; -1 without one.
 *
 * A password in which `/`, `?` or `#` was not encoded looks like a port that is no number; then all up to the last `@`
 * is taken for it.
 */
function userInfoEnd(text: string, start: number, lastAt: number): number {
  const length = text.slice(start).search(/[/\\?#]/);
  const authority = length === -1 ? text.slice(start) : text.slice(start, start + length);
  const at = authority.lastIndexOf('@');
  if (at !== -1) {
    return start + at;
  }
  const port = /:([^:\]]*)$/.exec(authority)?.[1] ?? '';
  return lastAt > start && /\D/.test(port) ? lastAt : -1;
}

/** Nothing before the `@` hides nobody: `webpack://@scope/package` in a stack. */
function mask(userInfo: string): string {
  if (userInfo === '') {
    return '';
  }
  return userInfo.includes(':') ? `${REDACTED}:${REDACTED}` : REDACTED;
}
