import { percentDecode } from '../text/percent-decoding.js';
import { holdsSensitiveName } from './sensitive-names.js';
import { redactUserInfo } from './user-info.js';

/** How often a text can be encoded before it is taken for one that hides something. */
const MAX_ENCODINGS = 3;

/** A colon beside a quotation mark. */
const MEMBER = /["']\s{0,8}:|:\s{0,8}["']/;

/** Whether a name is sensitive, however often it was percent-encoded. */
export function isSensitiveName(name: string): boolean {
  return onEveryDecoding(name, holdsSensitiveName);
}

/**
 * Whether a text is, or holds, a URL, a query or an object with a secret in it, however often it was percent-encoded.
 *
 * Linear in the length of the text.
 */
export function holdsSecret(text: string): boolean {
  return onEveryDecoding(text, showsSecret);
}

/** Whether a text holds a sensitive name and is JSON or something like it: `"name": "value"`, `name: 'value'`. */
export function holdsSensitiveMember(text: string): boolean {
  return MEMBER.test(text) && holdsSensitiveName(text);
}

function onEveryDecoding(text: string, test: (text: string) => boolean): boolean {
  let current = text;
  for (let encodings = 0; encodings <= MAX_ENCODINGS; encodings += 1) {
    if (test(current)) {
      return true;
    }
    const decoded = percentDecode(current);
    if (decoded === current) {
      return false;
    }
    current = decoded;
  }
  return true;
}

function showsSecret(text: string): boolean {
  return (
    (text.includes('=') && showsAssignment(text)) ||
    (text.includes('@') && redactUserInfo(text) !== text) ||
    holdsSensitiveMember(text)
  );
}

/** `name=value`, whatever stands around it. */
function showsAssignment(text: string): boolean {
  return text.split(/[?&;#]/).some((part) => holdsSensitiveName(part.slice(0, Math.max(part.lastIndexOf('='), 0))));
}
