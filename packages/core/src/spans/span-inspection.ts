import type { InspectOptions } from 'node:util';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

/** The symbol of Node's `util.inspect.custom`. */
export const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** `util.inspect`, as it hands itself on. */
export type Inspect = (value: unknown, options: InspectOptions) => string;

/** A span as `console.log` shows it: what it records, without the machinery behind it. */
export function inspectSpan(span: ReadableSpan, options: InspectOptions, inspect: Inspect): string {
  const { name, kind, parentSpanContext, status, startTime, endTime, duration, ended, attributes, events, links } = span;
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount, instrumentationScope } = span;
  const shown = {
    name,
    kind,
    spanContext: span.spanContext(),
    parentSpanContext,
    status,
    startTime,
    endTime,
    duration,
    ended,
    attributes,
    events,
    links,
    droppedAttributesCount,
    droppedEventsCount,
    droppedLinksCount,
    instrumentationScope,
  };
  const depth = typeof options.depth === 'number' ? options.depth - 1 : options.depth;
  return `Span ${inspect(shown, { ...options, depth })}`;
}
