import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import type { Exemplar } from '../metrics/exemplar.js';

/** The tags of the fields: time_unix_nano (2), as_double (3), span_id (4), trace_id (5). */
const TAGS = { time: 0x11, value: 0x19, spanId: 0x22, traceId: 0x2a } as const;

/**
 * Writes an exemplar as OTLP has it. Ids that are none are left out: a receiver would refuse the whole request.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/metrics/v1/metrics.proto
 */
export function encodeExemplar({ value, timeMillis, traceId, spanId }: Exemplar): Uint8Array {
  const numbers = Buffer.alloc(18);
  numbers[0] = TAGS.time;
  numbers.writeBigUInt64LE(BigInt(timeMillis) * 1_000_000n, 1);
  numbers[9] = TAGS.value;
  numbers.writeDoubleLE(value, 10);
  if (traceId === undefined || spanId === undefined || !isValidTraceId(traceId) || !isValidSpanId(spanId)) {
    return numbers;
  }
  return Buffer.concat([numbers, encodeId(TAGS.spanId, spanId), encodeId(TAGS.traceId, traceId)]);
}

function encodeId(tag: number, id: string): Uint8Array {
  const bytes = Buffer.from(id, 'hex');
  return Buffer.from([tag, bytes.length, ...bytes]);
}
