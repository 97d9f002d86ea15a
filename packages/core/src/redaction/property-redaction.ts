import { redactHeaderValue } from './header-redaction.js';
import { isSensitiveName } from './secret-search.js';
import { isSensitiveHeader } from './sensitive-names.js';
import { redactText } from './text-redaction.js';
import { redactUrl } from './url-redaction.js';

/** Reduces a property of a request to what may be recorded of it. */
export interface PropertyRedaction {
  /** Whether the value is never shown, of whatever type it is. */
  readonly isSecret: boolean;
  readonly redactText: (text: string) => string;
}

/** `headers.accept`, `raw.headersDistinct.accept.0`, `trailers.x-sum` */
const HEADERS = /^(?:headers|trailers)(?:distinct)?$/i;

/** Names and values stand beside each other in these, so that nothing tells whose value one is. */
const RAW_HEADERS = /^raw(?:headers|trailers)$/i;

/** A URL as a whole: absolute, without its scheme, without its host, or a query alone. */
const WHOLE_URL = /^(?:[a-z][a-z\d+.-]*:)?[/\\]|^\?/i;

/**
 * What may be shown of the property at a path such as `headers.accept`, `originalUrl` or `user.id`: nothing of cookies,
 * of a session's id, of the headers as they came and of names that are sensitive in a header (of `query` also of those
 * that are in a query); of headers what is shown of captured ones; elsewhere URLs without their secrets.
 */
export function createPropertyRedaction(path: readonly string[]): PropertyRedaction {
  const names = path.filter((name) => !/^\d+$/.test(name));
  const name = names.at(-1) ?? '';
  const isHeader = names.slice(0, -1).some((parent) => HEADERS.test(parent));
  return { isSecret: isSecret(names), redactText: isHeader ? (text) => redactHeaderValue(name, text) : redactPropertyText };
}

function isSecret(names: readonly string[]): boolean {
  const [parent = '', name = ''] = names.length > 1 ? names.slice(-2) : ['', ...names];
  return (
    names.some((part) => /cookie/i.test(part) || RAW_HEADERS.test(part)) ||
    isSensitiveHeader(name) ||
    (/^s?id$/i.test(name) && /session$/i.test(parent)) ||
    namesBehindQuery(names).some(isSensitiveName)
  );
}

/** Query parsers make objects of names such as `token[value]`. */
function namesBehindQuery(names: readonly string[]): readonly string[] {
  const index = names.indexOf('query');
  return index === -1 ? [] : names.slice(index + 1);
}

function redactPropertyText(text: string): string {
  return WHOLE_URL.test(text) ? redactUrl(text) : redactText(text);
}
