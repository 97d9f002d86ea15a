import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

/** What a span and its parts hold beside their texts, in bytes. */
const SPAN_BYTES = 600;
const PART_BYTES = 150;
const ATTRIBUTE_BYTES = 40;

/** About what a span holds in memory, in bytes; texts count two bytes a character. */
export function spanSize({ name, attributes, events, links }: ReadableSpan): number {
  const parts = [...events, ...links].reduce((sum, part) => sum + PART_BYTES + sizeOf(part.attributes), 0);
  return SPAN_BYTES + 2 * name.length + sizeOf(attributes) + parts;
}

function sizeOf(attributes: Attributes | undefined): number {
  let size = 0;
  for (const name in attributes) {
    const value = attributes[name];
    size += ATTRIBUTE_BYTES + 2 * name.length;
    if (typeof value === 'string') {
      size += 2 * value.length;
    } else if (Array.isArray(value)) {
      size += value.reduce<number>((sum, item) => sum + 8 + (typeof item === 'string' ? 2 * item.length : 0), 0);
    }
  }
  return size;
}
