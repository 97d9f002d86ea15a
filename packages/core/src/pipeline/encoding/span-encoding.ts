import type { Link, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-node';
import { SharedAttributes, type PartedAttributes } from '../../tracing/attribute-parts.js';
import { writeAttributes } from './attributes-encoding.js';
import { ProtobufWriter } from './protobuf-writer.js';
import { flagsOf, writeCount, writeIds } from './record-ids.js';
import { writeTime } from './time-encoding.js';

/** How many bytes the length of most spans takes: they have between 128 and 16,383 bytes. */
const SPAN_SIZE_BYTES = 2;

/** The number of a span's field of attributes. */
const ATTRIBUTES = 9;

/**
 * Writes an ended span as a `Span` of a repeated field.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/trace/v1/trace.proto
 */
export function writeSpan(writer: ProtobufWriter, field: number, span: ReadableSpan): void {
  const start = writer.begin(field, SPAN_SIZE_BYTES);
  const own = span.spanContext();
  const parent = span.parentSpanContext;
  writeIds(writer, own);
  if (parent?.spanId) {
    writer.hex(4, parent.spanId);
  }
  writer.text(5, span.name);
  // The API counts from 0, and has nothing for the unspecified 0 of OTLP.
  writer.uint(6, span.kind + 1);
  writeTime(writer, 7, span.startTime);
  writeTime(writer, 8, span.endTime);
  writeSpanAttributes(writer, span);
  writeCount(writer, 10, span.droppedAttributesCount);
  for (const event of span.events) {
    writeEvent(writer, 11, event);
  }
  writeCount(writer, 12, span.droppedEventsCount);
  for (const link of span.links) {
    writeLink(writer, 13, link);
  }
  writeCount(writer, 14, span.droppedLinksCount);
  writeStatus(writer, 15, span.status);
  writer.fixed32(16, flagsOf(own.traceFlags, parent));
  writer.end(start, SPAN_SIZE_BYTES);
}

/** What many spans have is encoded once, and copied. */
function writeSpanAttributes(writer: ProtobufWriter, span: ReadableSpan & Partial<PartedAttributes>): void {
  const parts = span.attributeParts?.();
  if (parts === undefined) {
    writeAttributes(writer, ATTRIBUTES, span.attributes);
    return;
  }
  for (const part of parts) {
    if (part instanceof SharedAttributes) {
      writer.copy((part.encoded ??= encodeShared(part)));
    } else {
      writeAttributes(writer, ATTRIBUTES, part);
    }
  }
}

/** In which shared attributes are written before they are copied to the spans that have them. */
const apart = new ProtobufWriter(1024);

function encodeShared({ shared }: SharedAttributes): Uint8Array {
  writeAttributes(apart, ATTRIBUTES, shared);
  return apart.take();
}

function writeEvent(writer: ProtobufWriter, field: number, event: TimedEvent): void {
  const start = writer.begin(field, SPAN_SIZE_BYTES);
  writeTime(writer, 1, event.time);
  writer.text(2, event.name);
  if (event.attributes !== undefined) {
    writeAttributes(writer, 3, event.attributes);
  }
  writeCount(writer, 4, event.droppedAttributesCount);
  writer.end(start, SPAN_SIZE_BYTES);
}

function writeLink(writer: ProtobufWriter, field: number, link: Link): void {
  const start = writer.begin(field);
  writeIds(writer, link.context);
  if (link.attributes !== undefined) {
    writeAttributes(writer, 4, link.attributes);
  }
  writeCount(writer, 5, link.droppedAttributesCount);
  writer.fixed32(6, flagsOf(link.context.traceFlags, link.context));
  writer.end(start);
}

/** A status that is not set is none. */
function writeStatus(writer: ProtobufWriter, field: number, { code, message }: SpanStatus): void {
  if (code === 0 && !message) {
    return;
  }
  const start = writer.begin(field);
  if (message) {
    writer.text(2, message);
  }
  writer.uint(3, code);
  writer.end(start);
}
