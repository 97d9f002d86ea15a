import { limitInput } from './length-limit.js';
import { holdsSecret, isSensitiveName } from './secret-search.js';
import { mayHoldSecret, REDACTED } from './sensitive-names.js';
import { redactUserInfo } from './user-info.js';

/** Longer ones say nothing more to a reader, in characters. */
const MAX_LENGTH = 4096;

/** What a part needs to hold, or to begin behind, before anything but user-info in it can be a secret. */
const DELIMITER = /[=%"'?#;&\\]/;

/**
 * A URL's query, without its question mark: the values of sensitive parameters, and those that hold such parameters or
 * user-info themselves, are replaced. Everything else stays as it was sent, up to 4096 characters. Linear in time.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/
 */
export function redactQuery(query: string): string {
  return redact(query, redactParameters);
}

/** A URL's path: user-info of URLs in it, and the values of sensitive parameters such as `;jsessionid=`, are replaced. */
export function redactPath(path: string): string {
  return redact(path, redactSegments);
}

/** A URL, absolute or relative: user-info, and what is secret in its path, its query and its fragment, is replaced. */
export function redactUrl(url: string): string {
  return redact(url, (text) => {
    const hash = indexOrEnd(text, '#');
    const question = Math.min(indexOrEnd(text, '?'), hash);
    const path = redactSegments(text.slice(0, question));
    return path + redactPart(text.slice(question, hash)) + redactPart(text.slice(hash));
  });
}

/** A query or a fragment with the character that begins it; an empty one stays empty. */
function redactPart(part: string): string {
  return part.slice(0, 1) + redactParameters(part.slice(1));
}

function redact(text: string, redactParts: (text: string) => string): string {
  const limited = limitInput(text);
  const redacted = mayHoldSecret(limited) ? redactShown(limited, redactParts) : limited;
  return redacted.length > MAX_LENGTH ? redacted.slice(0, MAX_LENGTH) : redacted;
}

function redactShown(text: string, redactParts: (text: string) => string): string {
  const withoutUser = redactUserInfo(text);
  return DELIMITER.test(withoutUser) ? redactParts(withoutUser) : withoutUser;
}

function indexOrEnd(text: string, character: string): number {
  const index = text.indexOf(character);
  return index === -1 ? text.length : index;
}

/** What follows a semicolon is a query to some servers, slashes and all, and belongs to its segment to others. */
function redactSegments(path: string): string {
  const last = path.lastIndexOf('/', indexOrEnd(path, ';')) + 1;
  return path.slice(0, last).split('/').map(redactParameters).join('/') + redactParameters(path.slice(last));
}

function redactParameters(query: string): string {
  return query.split('&').map(redactBetweenAmpersands).join('&');
}

/** Few servers take a semicolon for a separator: a name can begin after one, but no secret ends before it. */
function redactBetweenAmpersands(text: string): string {
  const parts = text.split(';');
  for (const [index, part] of parts.entries()) {
    const redacted = redactParameter(part);
    if (redacted !== part) {
      return [...parts.slice(0, index), redacted].join(';');
    }
  }
  return text;
}

function redactParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  const name = equals === -1 ? parameter : parameter.slice(0, equals);
  if (holdsSecret(name)) {
    return REDACTED;
  }
  if (equals === -1) {
    return parameter;
  }
  const isSecret = isSensitiveName(name) || holdsSecret(parameter.slice(equals + 1));
  return isSecret ? `${name}=${REDACTED}` : parameter;
}
