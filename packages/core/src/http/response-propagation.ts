import type { ServerResponse } from 'node:http';
import { isSpanContextValid, TraceFlags, type SpanContext } from '@opentelemetry/api';
import onHeaders from 'on-headers';
import { guarded } from '../diagnostics/guarded.js';

const EXPOSE = 'access-control-expose-headers';

/** The headers that tell a caller the trace of its request, by their names in lower case. */
export type PropagationHeaders = Readonly<Record<'traceresponse' | 'server-timing', string>>;

/**
 * What a response says of its span; `undefined` without a span that could be told.
 *
 * @see https://w3c.github.io/trace-context/#traceresponse-header
 * @see https://www.w3.org/TR/server-timing/
 */
export function propagationHeaders(span: SpanContext): PropagationHeaders | undefined {
  if (!isSpanContextValid(span)) {
    return undefined;
  }
  const text = `00-${span.traceId}-${span.spanId}-0${span.traceFlags & TraceFlags.SAMPLED}`;
  return { traceresponse: text, 'server-timing': `traceparent;desc="${text}"` };
}

/** Tells the caller the trace, in headers that scripts of other origins may read too, beside what the handler sets. */
export function propagateInResponse(response: ServerResponse, span: SpanContext): void {
  const headers = propagationHeaders(span);
  if (headers !== undefined && !response.headersSent) {
    onHeaders(
      response,
      guarded('response propagation', () => {
        response.setHeader('traceresponse', headers.traceresponse);
        append(response, 'server-timing', headers['server-timing']);
        exposeHeaders(response);
      }),
    );
  }
}

/** The value of `Access-Control-Expose-Headers` that shows the headers beside those that are shown already. */
export function exposedHeaders(shown: string): string {
  const names = shown.split(',').map((name) => name.trim());
  if (names.includes('*')) {
    return shown;
  }
  const known = new Set(names.map((name) => name.toLowerCase()));
  const missing = ['traceresponse', 'Server-Timing'].filter((name) => !known.has(name.toLowerCase()));
  return [...names.filter((name) => name !== ''), ...missing].join(', ');
}

function exposeHeaders(response: ServerResponse): void {
  response.setHeader(EXPOSE, exposedHeaders(String(response.getHeader(EXPOSE) ?? '')));
}

function append(response: ServerResponse, name: string, value: string): void {
  const earlier = response.getHeader(name);
  response.setHeader(name, earlier === undefined ? value : [...[earlier].flat().map(String), value]);
}
