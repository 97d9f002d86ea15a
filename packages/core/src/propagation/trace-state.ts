/** The limits of W3C Trace Context level 2 for one list of vendors' entries. */
const MAX_MEMBERS = 32;

/** A simple key, or `tenant@system`; lower-case letters and digits first. */
const KEY = /^[a-z0-9][a-z0-9_\-*/]{0,255}$|^[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z0-9][a-z0-9_\-*/]{0,13}$/;

/** 1 to 256 printable ASCII characters without `,` and `=`, not ending in a space. */
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * Whether a `tracestate` header is legal as a whole; an illegal one is discarded whole.
 *
 * @see https://www.w3.org/TR/trace-context-2/#tracestate-header
 */
export function isLegalTraceState(header: string): boolean {
  const keys = new Set<string>();
  for (const part of header.split(',')) {
    const member = part.replace(/^[ \t]+|[ \t]+$/g, '');
    if (member === '') {
      continue;
    }
    const equals = member.indexOf('=');
    const key = member.slice(0, equals);
    if (equals < 1 || !KEY.test(key) || !VALUE.test(member.slice(equals + 1)) || keys.has(key)) {
      return false;
    }
    keys.add(key);
  }
  return keys.size > 0 && keys.size <= MAX_MEMBERS;
}
