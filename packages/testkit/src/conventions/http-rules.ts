import { NAME_RULES, NETWORK_RULES } from './network-rules.js';
import { shown, type Rule } from './sentence.js';
import type { SpanRecord } from './span-record.js';

/** What the conventions call a method that they do not know, and its word in a span name. */
const OTHER_METHOD = '_OTHER';
const OTHER_METHOD_WORD = 'HTTP';

/** Of a request that the server could not read; nobody knows its method, and nobody at the server is to blame. */
const UNREADABLE = /^(HPE_[A-Z0-9_]+|ERR_HTTP_REQUEST_TIMEOUT)$/;

const VERSIONS = ['0.9', '1.0', '1.1', '2', '3'];

/**
 * Rules that hold for both sides of an HTTP request.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export const HTTP_RULES: readonly Rule[] = [
  ...NAME_RULES,
  ...NETWORK_RULES,
  ({ attributes }) => {
    const code = attributes['http.response.status_code'];
    return (
      typeof code === 'number' && (code < 100 || code > 999) && `http.response.status_code is no status code: ${code}`
    );
  },
  ({ attributes }) =>
    !(isUnreadable(attributes['error.type']) && attributes['http.request.method_original'] === undefined) &&
    methodViolation(attributes['http.request.method'], attributes['http.request.method_original']),
  ({ attributes }) => {
    const version = attributes['network.protocol.version'];
    const isHttp = (attributes['network.protocol.name'] ?? 'http') === 'http';
    return (
      isHttp &&
      typeof version === 'string' &&
      !VERSIONS.includes(version) &&
      `network.protocol.version is no version of HTTP: ${shown(version)}`
    );
  },
  ({ attributes }) => {
    const scheme = attributes['url.scheme'];
    return (
      typeof scheme === 'string' && !/^[a-z][a-z0-9+.-]*$/.test(scheme) && `url.scheme is no scheme: ${shown(scheme)}`
    );
  },
  ({ status }) => status.code === 'OK' && 'the status is OK, which is for the application to set',
  ({ attributes, status }) =>
    status.code === 'ERROR' && !('error.type' in attributes) && 'error.type is missing though the status is ERROR',
  ({ attributes }) => attributes['error.type'] === '' && 'error.type is empty',
  ({ attributes }) => {
    const type = attributes['error.type'];
    const code = attributes['http.response.status_code'];
    return (
      typeof type === 'string' &&
      /^\d+$/.test(type) &&
      type !== String(code) &&
      `error.type is ${shown(type)}, but http.response.status_code is ${shown(code)}`
    );
  },
  // "Don't set the span status description if the reason can be inferred from http.response.status_code."
  ({ attributes, status }) =>
    status.message === String(attributes['http.response.status_code']) &&
    'the status description repeats http.response.status_code',
];

/** Whether an `error.type` says that the server could not read the request. */
export function isUnreadable(errorType: unknown): boolean {
  return typeof errorType === 'string' && UNREADABLE.test(errorType);
}

/** Says that a name is not the method alone or with its target, as the conventions form it. */
export function nameViolation(span: SpanRecord, target: unknown): string | undefined {
  const method = span.attributes['http.request.method'];
  if (typeof method !== 'string') {
    return undefined;
  }
  const word = method === OTHER_METHOD ? OTHER_METHOD_WORD : method;
  const expected = typeof target === 'string' ? `${word} ${target}` : word;
  return span.name === expected ? undefined : `the name is ${shown(span.name)}, not ${shown(expected)}`;
}

function methodViolation(method: unknown, original: unknown): string | undefined {
  if (method === OTHER_METHOD) {
    return original === undefined ? 'http.request.method_original is missing beside _OTHER' : undefined;
  }
  const isOtherWriting = typeof original === 'string' && original !== method && original.toUpperCase() === method;
  if (original === undefined || isOtherWriting) {
    return undefined;
  }
  return `http.request.method_original is ${shown(original)} beside the method ${shown(method)}`;
}
