import { randomFillSync } from 'node:crypto';
import { INVALID_SPANID, INVALID_TRACEID } from '@opentelemetry/api';

/** So many random bytes are drawn at once. An id is a slice of their text, and keeps all of that alive. */
const POOL_BYTES = 4096;

/**
 * Makes the ids of traces and spans, of bytes that are all random, as W3C Trace Context level 2 asks of the origin of a
 * trace.
 *
 * @see https://www.w3.org/TR/trace-context-2/#random-trace-id-flag
 */
export class SpanIds {
  // Drawn at the first id: a process that is begun from a snapshot has bytes of its own.
  private text = '';
  private at = 0;

  /** @param fill - writes random bytes */
  constructor(private readonly fill: (bytes: Buffer) => void = (bytes) => void randomFillSync(bytes)) {}

  traceId(): string {
    const id = this.take(INVALID_TRACEID.length);
    return isZero(id, INVALID_TRACEID) ? this.traceId() : id;
  }

  spanId(): string {
    const id = this.take(INVALID_SPANID.length);
    return isZero(id, INVALID_SPANID) ? this.spanId() : id;
  }

  private take(length: number): string {
    if (this.at + length > this.text.length) {
      const bytes = Buffer.allocUnsafe(POOL_BYTES);
      this.fill(bytes);
      this.text = bytes.toString('hex');
      this.at = 0;
    }
    const begin = this.at;
    this.at += length;
    return this.text.slice(begin, this.at);
  }
}

/** Most differ in their first digit; comparing all of a slice is a call into the runtime. */
function isZero(id: string, zero: string): boolean {
  return id.charCodeAt(0) === zero.charCodeAt(0) && id === zero;
}
