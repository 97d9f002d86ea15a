import type { Span } from '@opentelemetry/api';
import type { RequestScope } from '../tracing/request-scope.js';
import { firstOpen, RecordedSpan } from './recorded-span.js';

/** The request that a span was made for, which can turn out to be left out; `undefined` for none. */
export function requestOfSpan(span: object): RequestScope | undefined {
  return span instanceof RecordedSpan ? span.requestScope : undefined;
}

/** The span itself and those around it that are open, the innermost first. */
export function openSpansAround(innermost: Span | undefined): readonly Span[] {
  const open: Span[] = [];
  let span = firstOpen(innermost);
  while (span !== undefined) {
    open.push(span);
    span = span instanceof RecordedSpan ? firstOpen(span.outer) : undefined;
  }
  return open;
}
