import { HTTP_RULES, isUnreadable, nameViolation } from './http-rules.js';
import { shown, type Rule } from './sentence.js';
import type { SpanRecord } from './span-record.js';
import { URL_RULES } from './url-rules.js';

/** How a request ends that nobody at the server is to blame for: `error.type` tells of it, the status stays UNSET. */
const ENDS_WITHOUT_BLAME = new Set<unknown>(['client_disconnected', 'process_ended']);

/**
 * Rules for SERVER spans of HTTP requests.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 */
export const HTTP_SERVER_RULES: readonly Rule[] = [
  ...HTTP_RULES,
  ...URL_RULES,
  // "If available and server.address is set": the scheme has a default where the host names no port.
  ({ attributes }) =>
    'server.address' in attributes && !('server.port' in attributes) && 'server.port is missing beside server.address',
  (span) => nameViolation(span, span.attributes['http.route']),
  (span) => holdsRawPath(span) && `the name holds the raw path: ${shown(span.name)}`,
  ({ attributes }) => attributes['http.route'] === '' && 'http.route is empty',
  ({ status, attributes }) => {
    const code = statusCode(attributes['http.response.status_code']);
    return (
      code >= 500 &&
      status.code !== 'ERROR' &&
      `the status is ${status.code} though http.response.status_code is ${code}`
    );
  },
  ({ status, attributes }) => {
    const code = statusCode(attributes['http.response.status_code']);
    return (
      code >= 400 &&
      code < 500 &&
      status.code === 'ERROR' &&
      `the status is ERROR though http.response.status_code is ${code}`
    );
  },
  ({ status, attributes }) =>
    status.code !== 'ERROR' &&
    'error.type' in attributes &&
    !ENDS_WITHOUT_BLAME.has(attributes['error.type']) &&
    !isUnreadable(attributes['error.type']) &&
    `error.type is ${shown(attributes['error.type'])} though the status is ${status.code}`,
  ({ status, attributes }) =>
    status.code === 'ERROR' &&
    attributes['error.type'] === 'client_disconnected' &&
    'the status is ERROR though only the client went away',
];

/** A name that is not of the conventions' form can have been announced; the raw path has no place in that one either. */
function holdsRawPath(span: SpanRecord): boolean {
  const path = span.attributes['url.path'];
  const route = span.attributes['http.route'];
  return (
    typeof path === 'string' &&
    path.length > 1 &&
    path !== route &&
    span.name.includes(path) &&
    nameViolation(span, route) !== undefined
  );
}

function statusCode(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}
