import { shown, type Rule } from './sentence.js';

/** Names in a query whose values the conventions want redacted wherever a query is recorded. */
const SIGNED_NAMES = new Set(['AWSAccessKeyId', 'Signature', 'sig', 'X-Goog-Signature']);
const REDACTED = 'REDACTED';

/**
 * Rules about the parts of a URL.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/
 */
export const URL_RULES: readonly Rule[] = [
  ({ attributes }) =>
    onText(attributes['url.path'], (path) => /[?#]/.test(path) && `url.path holds more than the path: ${shown(path)}`),
  ({ attributes }) =>
    onText(
      attributes['url.path'],
      (path) => /^[a-z][a-z0-9+.-]*:\/\//i.test(path) && `url.path is a whole URL: ${shown(path)}`,
    ),
  ({ attributes }) => attributes['url.query'] === '' && 'url.query is empty',
  ({ attributes }) =>
    onText(
      attributes['url.query'],
      (query) => /^\?|#/.test(query) && `url.query is not the query alone: ${shown(query)}`,
    ),
  ({ attributes }) => onText(attributes['url.query'], (query) => secretViolation('url.query', query)),
  ({ attributes }) => {
    const url = attributes['url.full'];
    return onText(url, (text) => secretViolation('url.full', text.slice(text.indexOf('?') + 1)));
  },
  ({ attributes }) => onText(attributes['url.full'], userInfoViolation),
];

function onText<T>(value: unknown, judge: (text: string) => T): T | undefined {
  return typeof value === 'string' ? judge(value) : undefined;
}

function secretViolation(attribute: string, query: string): string | undefined {
  const secret = query
    .split('&')
    .map((pair) => pair.split('=', 2))
    .find(([name = '', value]) => SIGNED_NAMES.has(name) && value !== undefined && value !== REDACTED);
  return secret === undefined ? undefined : `${attribute} holds the value of ${secret[0]}`;
}

function userInfoViolation(url: string): string | undefined {
  const userInfo = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i.exec(url)?.[1];
  const isRedacted = userInfo === undefined || userInfo.split(':').every((part) => part === REDACTED);
  return isRedacted ? undefined : 'url.full holds a user name or a password';
}
