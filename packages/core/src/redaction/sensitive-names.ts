import { percentDecode } from '../text/percent-decoding.js';

/** What stands in place of a secret. */
export const REDACTED = 'REDACTED';

/** A parameter whose name holds one of these, in any case, keeps its name and loses its value. */
const PARAMETER_SNIPPETS = [
  'token',
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'sig',
  'key',
  'auth',
  'code',
  'session',
  'sessid',
  'credential',
  'assertion',
  'saml',
  'bearer',
  'jwt',
  'x-amz-',
  'x-goog-',
];

/** A header whose name holds one of these loses its value. */
const HEADER_SNIPPETS = [
  'authorization',
  'cookie',
  'token',
  'secret',
  'key',
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'session',
  'sessid',
  'jwt',
  'credential',
  'signature',
  'x-auth',
];

/** With `u`, letters that only look like ASCII when their case is folded are found too. */
const PARAMETER = new RegExp(PARAMETER_SNIPPETS.join('|'), 'iu');
const HEADER = new RegExp(HEADER_SNIPPETS.join('|'), 'iu');

/** What a text needs to hold before anything in it can be a secret: an escape, a user or a sensitive name. */
const SUSPICION = new RegExp(`[%@]|${PARAMETER_SNIPPETS.join('|')}`, 'iu');

/** And what every secret is shown by: an assignment, a user, an escape or a quoted member. */
const SIGN = /[=@%"']/;

/** Whether a text, a parameter's name for example, holds a sensitive name. */
export function holdsSensitiveName(text: string): boolean {
  return PARAMETER.test(text);
}

/** Whether the value of a header is never shown. */
export function isSensitiveHeader(name: string): boolean {
  return HEADER.test(name);
}

/** Whether a text can hold a secret at all: the cheap test before all others. */
export function mayHoldSecret(text: string): boolean {
  return SIGN.test(text) && SUSPICION.test(text) && (!text.includes('%') || SUSPICION.test(percentDecode(text)));
}
