import type { SpanContext } from '@opentelemetry/api';
import type { ProtobufWriter } from './protobuf-writer.js';

/** Says that the flags tell whether the parent is remote, and that it is. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Writes the trace id (1), the span id (2) and the trace state (3), as spans and links have them. */
export function writeIds(writer: ProtobufWriter, { traceId, spanId, traceState }: SpanContext): void {
  writer.hex(1, traceId);
  writer.hex(2, spanId);
  const state = traceState?.serialize();
  if (state !== undefined && state !== '') {
    writer.text(3, state);
  }
}

/**
 * The flags of a span or a link.
 *
 * @param relative - whose remoteness they tell: the parent's of a span, the linked one's of a link
 */
export function flagsOf(traceFlags: number, relative: SpanContext | undefined): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (relative?.isRemote === true ? IS_REMOTE : 0);
}

/** Writes a count of what was dropped, where there is one. */
export function writeCount(writer: ProtobufWriter, field: number, count: number | undefined): void {
  if (count !== undefined && count > 0) {
    writer.uint(field, count);
  }
}
