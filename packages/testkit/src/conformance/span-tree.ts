import { SpanKind, SpanStatusCode, type HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

/** Whether a span is one of a layer, or of the application's own. */
export function isInternalSpan(span: ReadableSpan): boolean {
  return span.kind === SpanKind.INTERNAL;
}

/**
 * The names of spans, each indented below its parent, in the order in which they began; a span with the status ERROR
 * shows its `error.type`: `handler /users/:id ! BoomError`.
 */
export function spanTree(spans: readonly ReadableSpan[]): readonly string[] {
  const inOrder = spans.toSorted((one, other) => compare(one.startTime, other.startTime));
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const roots = inOrder.filter((span) => !ids.has(span.parentSpanContext?.spanId ?? ''));
  return roots.flatMap((root) => branch(root, inOrder));
}

/** Whether a span ends before, or just when, another one does. */
export function endsBefore(span: ReadableSpan, other: ReadableSpan): boolean {
  return compare(span.endTime, other.endTime) <= 0;
}

/** Whether each span begins when the one before it is over. */
export function nextBegins(spans: readonly ReadableSpan[]): boolean {
  return spans.slice(1).every((span, index) => compare((spans[index] as ReadableSpan).endTime, span.startTime) <= 0);
}

function branch(span: ReadableSpan, all: readonly ReadableSpan[]): string[] {
  const { spanId } = span.spanContext();
  const below = all.filter((other) => other.parentSpanContext?.spanId === spanId);
  const failed = span.status.code === SpanStatusCode.ERROR ? ` ! ${String(span.attributes['error.type'])}` : '';
  return [span.name + failed, ...below.flatMap((child) => branch(child, all)).map((line) => `  ${line}`)];
}

function compare(one: HrTime, other: HrTime): number {
  return one[0] - other[0] || one[1] - other[1];
}
