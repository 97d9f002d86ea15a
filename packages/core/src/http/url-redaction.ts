const REDACTED = 'REDACTED';

/** A query parameter whose name holds one of these, in any case, keeps its name and loses its value. */
const SENSITIVE_SNIPPETS = [
  'token',
  'password',
  'passwd',
  'pwd',
  'jwt',
  'secret',
  'sig',
  'key',
  'auth',
  'code',
  'session',
  'credential',
  'x-amz-',
  'x-goog-',
];

/** Longer queries are cut: they say nothing more to a reader. */
const MAX_QUERY_LENGTH = 4096;

/**
 * A URL's query, without its question mark, with the values of sensitive parameters replaced.
 *
 * Linear in the length of the query; everything else stays as it was sent.
 */
export function redactQuery(query: string): string {
  const text = query.length > MAX_QUERY_LENGTH ? query.slice(0, MAX_QUERY_LENGTH) : query;
  if (!mayHoldSecret(text)) {
    return text;
  }
  return text
    .split(/([&;])/)
    .map(redactParameter)
    .join('');
}

function redactParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  if (equals === -1) {
    return parameter;
  }
  const name = parameter.slice(0, equals);
  const isSecret = nameHoldsSecret(name) || valueHoldsSecret(parameter.slice(equals + 1));
  return isSecret ? `${name}=${REDACTED}` : parameter;
}

function mayHoldSecret(text: string): boolean {
  return text.includes('%') || text.includes('@') || holdsSnippet(text);
}

function holdsSnippet(text: string): boolean {
  const lower = text.toLowerCase();
  return SENSITIVE_SNIPPETS.some((snippet) => lower.includes(snippet));
}

/** A name can be percent-encoded to slip through; one that is no UTF-8 is taken for a secret's. */
function nameHoldsSecret(name: string): boolean {
  const decoded = decode(name);
  return decoded === undefined || holdsSnippet(decoded.replaceAll('%', ''));
}

/** Whether a value is a URL or a query itself, with user-info or a parameter that would be redacted. */
function valueHoldsSecret(value: string): boolean {
  const decoded = decode(value) ?? value;
  if (decoded.includes('://') && decoded.includes('@')) {
    return true;
  }
  return decoded
    .split(/[?&;#]/)
    .some((part) => part.includes('=') && holdsSnippet(part.slice(0, part.indexOf('='))));
}

function decode(text: string): string | undefined {
  if (!text.includes('%')) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    // Not UTF-8: the caller decides what that means.
    return undefined;
  }
}
