import { isSpanContextValid, TraceFlags, type SpanContext } from '@opentelemetry/api';
import type { AddedHeader } from './response-headers.js';

/** The headers that tell a caller the trace of its request, by their names in lower case. */
export type PropagationHeaders = Readonly<
  Record<'traceresponse' | 'server-timing' | 'access-control-expose-headers', string>
>;

const EXPOSED = ['traceresponse', 'Server-Timing'];

/**
 * What a response without other headers says of its span, readable for scripts of other origins too; `undefined` without
 * a span that could be told.
 *
 * @see https://w3c.github.io/trace-context/#traceresponse-header
 * @see https://www.w3.org/TR/server-timing/
 */
export function propagationHeaders(span: SpanContext): PropagationHeaders | undefined {
  if (!isSpanContextValid(span)) {
    return undefined;
  }
  const text = `00-${span.traceId}-${span.spanId}-0${span.traceFlags & TraceFlags.SAMPLED}`;
  return {
    traceresponse: text,
    'server-timing': `traceparent;desc="${text}"`,
    'access-control-expose-headers': EXPOSED.join(', '),
  };
}

/**
 * The same for a response that has headers: `traceresponse` is replaced, the two lists get longer. The names are listed
 * beside `*` too, because `*` is a name like any other when a request has credentials.
 *
 * @see https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
 */
export function addedByPropagation(span: SpanContext): readonly AddedHeader[] {
  const headers = propagationHeaders(span);
  if (headers === undefined) {
    return [];
  }
  return [
    { name: 'traceresponse', value: (present) => textsOf(present) && headers.traceresponse },
    { name: 'server-timing', value: (present) => withItems(present, [headers['server-timing']]) },
    { name: 'access-control-expose-headers', value: (present) => withItems(present, EXPOSED) },
  ];
}

/** A list with further items at its end, on as many lines as before; `undefined` when it has them all. */
function withItems(present: unknown, items: readonly string[]): string | readonly string[] | undefined {
  const lines = textsOf(present);
  const known = new Set(lines?.flatMap((line) => line.split(',')).map((item) => item.trim().toLowerCase()));
  const missing = items.filter((item) => !known.has(item.toLowerCase()));
  if (lines === undefined || missing.length === 0) {
    return undefined;
  }
  const last = lines.at(-1) ?? '';
  const line = [...(last.trim() === '' ? [] : [last]), ...missing].join(', ');
  return lines.length > 1 ? [...lines.slice(0, -1), line] : line;
}

/** The lines of a header; `undefined` for values that Node refuses. */
function textsOf(value: unknown): string[] | undefined {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.every((item) => typeof item === 'string' || typeof item === 'number') ? values.map(String) : undefined;
}
