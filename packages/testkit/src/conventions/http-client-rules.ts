import { HTTP_RULES, nameViolation } from './http-rules.js';
import { shown, type Rule } from './sentence.js';
import { URL_RULES } from './url-rules.js';

/**
 * Rules for CLIENT spans of HTTP requests.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 */
export const HTTP_CLIENT_RULES: readonly Rule[] = [
  ...HTTP_RULES,
  ...URL_RULES,
  (span) => nameViolation(span, span.attributes['url.template']),
  ({ status, attributes }) => {
    const code = attributes['http.response.status_code'];
    return (
      typeof code === 'number' &&
      code >= 400 &&
      status.code !== 'ERROR' &&
      `the status is ${status.code} though http.response.status_code is ${code}`
    );
  },
  ({ status, attributes }) =>
    status.code !== 'ERROR' &&
    'error.type' in attributes &&
    `error.type is ${shown(attributes['error.type'])} though the status is ${status.code}`,
  ({ attributes }) => {
    const url = attributes['url.full'];
    return typeof url === 'string' && !URL.canParse(url) && `url.full is no absolute URL: ${shown(url)}`;
  },
  ({ attributes }) => {
    const count = attributes['http.request.resend_count'];
    return (
      typeof count === 'number' &&
      count < 1 &&
      `http.request.resend_count is set though nothing was sent again: ${count}`
    );
  },
];
