/** The methods that the conventions know: RFC 9110, PATCH (RFC 5789) and QUERY. */
const KNOWN_METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]);

/** A request's method as telemetry has it: one of few values. */
export interface NormalizedMethod {
  /** The value of `http.request.method`. */
  readonly name: string;
  /** The value of `http.request.method_original`, when it differs. */
  readonly original: string | undefined;
  /** The first word of the span's name. */
  readonly spanName: string;
}

/**
 * Normalises a method, so that an invented one makes no series of its own.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function normalizeMethod(method: string | undefined): NormalizedMethod {
  const upper = method?.toUpperCase() ?? '';
  if (KNOWN_METHODS.has(upper)) {
    return { name: upper, original: upper === method ? undefined : method, spanName: upper };
  }
  return { name: '_OTHER', original: method?.slice(0, 64), spanName: 'HTTP' };
}
