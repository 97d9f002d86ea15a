/** A request's method as telemetry has it: one of few values. */
export interface NormalizedMethod {
  /** The value of `http.request.method`. */
  readonly name: string;
  /** The value of `http.request.method_original`, when it differs. */
  readonly original: string | undefined;
  /** The first word of the span's name. */
  readonly spanName: string;
}

/** The methods that the conventions know: RFC 9110, PATCH (RFC 5789) and QUERY. */
const KNOWN_METHODS: ReadonlyMap<string | undefined, NormalizedMethod> = new Map(
  ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'].map((name) => [
    name,
    Object.freeze({ name, original: undefined, spanName: name }),
  ]),
);

/**
 * Normalises a method, so that an invented one makes no series of its own.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function normalizeMethod(method: string | undefined): NormalizedMethod {
  const known = KNOWN_METHODS.get(method);
  if (known !== undefined) {
    return known;
  }
  const similar = KNOWN_METHODS.get(method?.toUpperCase());
  return similar === undefined
    ? { name: '_OTHER', original: method?.slice(0, 64), spanName: 'HTTP' }
    : { ...similar, original: method };
}
