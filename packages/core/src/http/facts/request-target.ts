import type { RequestFacts } from './request-facts.js';

/** The parts of a request line's target that telemetry records. */
export interface RequestTarget {
  readonly path: string;
  /** Without the question mark; `undefined` when there is none. */
  readonly query: string | undefined;
}

const MAX_PATH_LENGTH = 4096;

/**
 * Splits a target in origin form (`/a?b`), absolute form (`http://host/a?b`) or asterisk form (`*`). Never throws.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function parseTarget(target: string | undefined): RequestTarget {
  const withoutOrigin = stripOrigin(target ?? '/');
  const hash = withoutOrigin.indexOf('#');
  const text = hash === -1 ? withoutOrigin : withoutOrigin.slice(0, hash);
  const question = text.indexOf('?');
  if (question === -1) {
    return { path: text.slice(0, MAX_PATH_LENGTH), query: undefined };
  }
  const query = text.slice(question + 1);
  return { path: text.slice(0, Math.min(question, MAX_PATH_LENGTH)), query: query === '' ? undefined : query };
}

/** The full URL of a request, as far as it is known. */
export function requestUrl({ path, query }: RequestTarget, { scheme, host }: RequestFacts): string {
  return `${scheme}://${host ?? ''}${path}${query === undefined ? '' : `?${query}`}`;
}

function stripOrigin(target: string): string {
  if (target.startsWith('/') || target === '*') {
    return target;
  }
  const scheme = target.indexOf('://');
  if (scheme === -1) {
    return target;
  }
  const start = target.slice(scheme + 3).search(/[/?#]/);
  const rest = start === -1 ? '' : target.slice(scheme + 3 + start);
  // An absolute target without a path asks for the root.
  return rest.startsWith('/') ? rest : `/${rest}`;
}
