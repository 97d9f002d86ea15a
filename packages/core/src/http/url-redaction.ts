const REDACTED = 'REDACTED';

/** A query parameter whose name holds one of these, in any case, keeps its name and loses its value. */
const SENSITIVE_SNIPPETS = [
  'token',
  'password',
  'passwd',
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
  return text.split('&').map(redactParameter).join('&');
}

function redactParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  if (equals === -1) {
    return parameter;
  }
  const name = parameter.slice(0, equals);
  return mayHoldSecret(decodeName(name)) ? `${name}=${REDACTED}` : parameter;
}

function mayHoldSecret(text: string): boolean {
  const lower = text.toLowerCase();
  return lower.includes('%') || SENSITIVE_SNIPPETS.some((snippet) => lower.includes(snippet));
}

/** A name can be percent-encoded to slip through; one that can't be decoded counts as it stands. */
function decodeName(name: string): string {
  if (!name.includes('%')) {
    return name;
  }
  try {
    const decoded = decodeURIComponent(name);
    return decoded.replaceAll('%', '');
  } catch {
    // Not UTF-8: it is judged by its raw letters, and redacted if in doubt.
    return SENSITIVE_SNIPPETS[0] as string;
  }
}
