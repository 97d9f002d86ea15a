import { limitInput } from './length-limit.js';
import { holdsSensitiveMember } from './secret-search.js';
import { isSensitiveHeader, mayHoldSecret, REDACTED } from './sensitive-names.js';
import { redactWords } from './text-redaction.js';
import { redactUrl } from './url-redaction.js';

/** The longest value that is recorded of a header, in characters. */
const MAX_VALUE_LENGTH = 1024;

/** Headers whose whole value is one URL, so that a space in it is a part of it. */
const URL_HEADERS = new Set([
  'content-location',
  'destination',
  'location',
  'origin',
  'referer',
  'x-forwarded-uri',
  'x-original-uri',
  'x-original-url',
  'x-rewrite-url',
]);

/**
 * What may be recorded of a header's value: nothing where the name is sensitive, URLs without their secrets elsewhere,
 * up to 1024 characters. Linear in time.
 *
 * @param name - in any case
 */
export function redactHeaderValue(name: string, value: string): string {
  return isSensitiveHeader(name) ? REDACTED : redactShown(name, limitInput(value)).slice(0, MAX_VALUE_LENGTH);
}

function redactShown(name: string, value: string): string {
  if (!mayHoldSecret(value)) {
    return value;
  }
  if (URL_HEADERS.has(name.toLowerCase())) {
    return redactUrl(value);
  }
  // The name and the value of a member can be words apart.
  return holdsSensitiveMember(value) ? REDACTED : redactWords(value);
}
