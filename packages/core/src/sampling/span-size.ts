import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { callHook } from '../diagnostics/hooks.js';

/** What a span, its parts, their attributes and the items of those hold beside their texts, in bytes, as measured. */
const SPAN_BYTES = 1000;
const PART_BYTES = 190;
const ATTRIBUTE_BYTES = 40;
const ITEM_BYTES = 30;

/** About what a span holds in memory, in bytes; texts count two bytes a character. */
export function spanSize(span: ReadableSpan): number {
  let size = SPAN_BYTES + textSize(span.name) + textSize(span.status.message) + sizeOf(span.attributes);
  size += stateSize(span.spanContext());
  for (const { name, attributes } of span.events) {
    size += PART_BYTES + textSize(name) + sizeOf(attributes);
  }
  for (const { context, attributes } of span.links) {
    size += PART_BYTES + stateSize(context) + sizeOf(attributes);
  }
  return size;
}

function sizeOf(attributes: Attributes | undefined): number {
  let size = 0;
  for (const name in attributes) {
    const value = attributes[name];
    size += ATTRIBUTE_BYTES + textSize(name) + textSize(value);
    if (Array.isArray(value)) {
      size += value.reduce<number>((sum, item) => sum + ITEM_BYTES + textSize(item), 0);
    }
  }
  return size;
}

/** Whoever is not held to the types may give something else for a text. */
function textSize(text: unknown): number {
  return typeof text === 'string' ? 2 * text.length : 0;
}

function stateSize({ traceState }: SpanContext): number {
  return traceState === undefined ? 0 : textSize(callHook('traceState', () => traceState.serialize()));
}
