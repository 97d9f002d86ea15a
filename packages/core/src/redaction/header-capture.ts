import type { Attributes } from '@opentelemetry/api';
import { redactHeaderValue } from './header-redaction.js';
import { createNameMatcher, type HeaderPattern } from './name-matcher.js';
import { REDACTED } from './sensitive-names.js';

export type { HeaderPattern } from './name-matcher.js';

/**
 * The headers of a message: by name, as `request.headers` and `response.getHeaders()` have them, or as the flat list of
 * names and values of `request.rawHeaders`, in which repeated values stay apart.
 */
export type HeaderSource = HeaderValues | readonly string[];

/** Headers by name, in any case. */
export type HeaderValues = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Which headers are recorded, and which of them without their values. */
export interface HeaderCaptureOptions {
  /** @default [] */
  readonly request?: readonly HeaderPattern[];
  /** @default [] */
  readonly response?: readonly HeaderPattern[];
  /**
   * Beside those that are never shown.
   *
   * @default []
   */
  readonly sanitize?: readonly HeaderPattern[];
}

/** Records headers as `http.request.header.<name>` and `http.response.header.<name>`; never throws. */
export interface HeaderCapture {
  request(headers: HeaderSource): Attributes;
  response(headers: HeaderSource): Attributes;
}

type Recorder = (headers: HeaderSource) => Attributes;

const MAX_HEADERS = 64;
const MAX_VALUES = 16;
const MAX_NAME_LENGTH = 128;

/** What there is without a header that is recorded. */
export const NOTHING_CAPTURED: Attributes = Object.freeze({});

/**
 * Makes the functions that record headers: of one message at most 64, of one header at most 16 values of 1024
 * characters. Names longer than 128 characters and the pseudo headers of HTTP/2 are left out.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/
 */
export function createHeaderCapture(options: HeaderCaptureOptions): HeaderCapture {
  const isSanitized = createNameMatcher(options.sanitize ?? []);
  const redact = (name: string, value: string): string => (isSanitized(name) ? REDACTED : redactHeaderValue(name, value));
  return {
    request: createRecorder('http.request.header.', options.request ?? [], redact),
    response: createRecorder('http.response.header.', options.response ?? [], redact),
  };
}

function createRecorder(
  prefix: string,
  patterns: readonly HeaderPattern[],
  redact: (name: string, value: string) => string,
): Recorder {
  if (patterns.length === 0) {
    return () => NOTHING_CAPTURED;
  }
  const isCaptured = createNameMatcher(patterns);
  return (headers) => {
    const captured = new Map<string, string[]>();
    for (const [givenName, value] of headerPairs(headers)) {
      const name = givenName.toLowerCase();
      const known = captured.get(name);
      if (known === undefined && (captured.size >= MAX_HEADERS || !isRecordable(name) || !isCaptured(name))) {
        continue;
      }
      const values = known ?? [];
      captured.set(name, values);
      for (const text of textsOf(value).slice(0, MAX_VALUES - values.length)) {
        values.push(redact(name, text));
      }
    }
    return toAttributes(prefix, captured);
  };
}

function* headerPairs(headers: HeaderSource): Generator<readonly [name: string, value: unknown]> {
  if (!isFlatList(headers)) {
    yield* Object.entries(headers);
    return;
  }
  for (let index = 0; index + 1 < headers.length; index += 2) {
    yield [headers[index] ?? '', headers[index + 1]];
  }
}

function isFlatList(headers: HeaderSource): headers is readonly string[] {
  return Array.isArray(headers);
}

/** `:path` and the like are what other attributes tell, and not redacted here. */
function isRecordable(name: string): boolean {
  return name !== '' && name.length <= MAX_NAME_LENGTH && !name.startsWith(':');
}

/** Applications in JavaScript can set anything for a value. */
function textsOf(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((item) => typeof item === 'string' || typeof item === 'number').map(String);
}

function toAttributes(prefix: string, captured: ReadonlyMap<string, readonly string[]>): Attributes {
  const attributes: Attributes = {};
  for (const [name, values] of captured) {
    if (values.length > 0) {
      attributes[prefix + name] = [...values];
    }
  }
  return attributes;
}
