import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { writeAttributes, writeValue } from './attributes-encoding.js';
import type { ProtobufWriter } from './protobuf-writer.js';
import { writeCount } from './record-ids.js';
import { writeTime } from './time-encoding.js';

/** How many bytes the length of most records takes: they have between 128 and 16,383 bytes. */
const RECORD_SIZE_BYTES = 2;

/**
 * Writes a log record as a `LogRecord` of a repeated field.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/logs/v1/logs.proto
 */
export function writeLogRecord(writer: ProtobufWriter, field: number, record: ReadableLogRecord): void {
  const start = writer.begin(field, RECORD_SIZE_BYTES);
  const { severityNumber, severityText, body, spanContext, eventName } = record;
  writeTime(writer, 1, record.hrTime);
  writeCount(writer, 2, severityNumber);
  if (severityText) {
    writer.text(3, severityText);
  }
  if (body !== undefined) {
    writeValue(writer, 5, body);
  }
  writeAttributes(writer, 6, record.attributes);
  writeCount(writer, 7, record.droppedAttributesCount);
  if (spanContext !== undefined) {
    writeOrigin(writer, spanContext);
  }
  writeTime(writer, 11, record.hrTimeObserved);
  if (eventName) {
    writer.text(12, eventName);
  }
  writer.end(start, RECORD_SIZE_BYTES);
}

/** The span that was active. */
function writeOrigin(writer: ProtobufWriter, spanContext: NonNullable<ReadableLogRecord['spanContext']>): void {
  if (spanContext.traceFlags !== 0) {
    writer.fixed32(8, spanContext.traceFlags);
  }
  writer.hex(9, spanContext.traceId);
  writer.hex(10, spanContext.spanId);
}
