import type { HrTime } from '@opentelemetry/api';
import type { ProtobufWriter } from './protobuf-writer.js';

const NANOS_A_SECOND = 1e9;

/** Writes a time as the `fixed64` of its nanoseconds since the epoch. */
export function writeTime(writer: ProtobufWriter, field: number, [seconds, nanos]: HrTime): void {
  // Numbers are exact up to 2^53: the product is made of two that are below that.
  const lowSeconds = (seconds % 0x10000) * NANOS_A_SECOND + nanos;
  const highSeconds = Math.floor(seconds / 0x10000) * NANOS_A_SECOND;
  const low = (highSeconds % 0x10000) * 0x10000 + (lowSeconds % 0x100000000);
  const carry = Math.floor(low / 0x100000000);
  const high = Math.floor(highSeconds / 0x10000) + Math.floor(lowSeconds / 0x100000000) + carry;
  writer.fixed64(field, high, low % 0x100000000);
}
