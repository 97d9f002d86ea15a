import { Buffer } from 'node:buffer';
import { DIGITS } from './hex-digits.js';
import { varintSize } from './varint-size.js';

/** The wire types of protobuf that OTLP uses. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Texts up to this length are copied by hand, which is quicker than a call into Node's buffers, above all on Node 20. */
const SHORT_TEXT = 32;

/** Texts from this length on are measured before room is made for them. */
const LONG_TEXT = 4096;

/** The most bytes that UTF-8 needs for one unit of a JavaScript text. */
const MAX_BYTES_A_UNIT = 3;

/** A tag and a length take no more. */
const MAX_HEAD = 10;

/** What a buffer is given back for when it is emptied, so that one huge record does not occupy it for ever. */
const MAX_KEPT_CAPACITY = 2 ** 20;

/**
 * Writes protobuf messages into one buffer that grows as needed.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufWriter {
  private bytes: Buffer;
  private at = 0;

  /** @param capacity - how many bytes there is room for at first */
  constructor(private readonly capacity = 4096) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** How many bytes have been written. */
  get length(): number {
    return this.at;
  }

  /** Takes back everything that was written after a position. */
  rewind(position: number): void {
    this.at = position;
  }

  /** A copy of everything that has been written; the writer is empty then. */
  take(): Buffer {
    const taken = Buffer.allocUnsafeSlow(this.at);
    this.bytes.copy(taken, 0, 0, this.at);
    this.at = 0;
    if (this.bytes.length > MAX_KEPT_CAPACITY) {
      this.bytes = Buffer.allocUnsafeSlow(this.capacity);
    }
    return taken;
  }

  /** What has been written, not copied: nothing may be written any more. */
  finish(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  uint(field: number, value: number): void {
    this.reserve(MAX_HEAD + 10);
    this.tag(field, VARINT);
    this.varint(value);
  }

  /** An `int64`; numbers beyond 2^53 are as exact as JavaScript has them. */
  int64(field: number, value: number): void {
    this.reserve(MAX_HEAD + 10);
    this.tag(field, VARINT);
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      this.varint(value);
    } else {
      this.bigVarint(BigInt.asUintN(64, BigInt(value)));
    }
  }

  double(field: number, value: number): void {
    this.reserve(MAX_HEAD + 8);
    this.tag(field, FIXED64);
    this.at = this.bytes.writeDoubleLE(value, this.at);
  }

  fixed32(field: number, value: number): void {
    this.reserve(MAX_HEAD + 4);
    this.tag(field, FIXED32);
    this.word(value);
  }

  /** A `fixed64` of two unsigned 32-bit words. */
  fixed64(field: number, high: number, low: number): void {
    this.reserve(MAX_HEAD + 8);
    this.tag(field, FIXED64);
    this.word(low);
    this.word(high);
  }

  /** Bytes that are told in hexadecimal digits, two a byte. */
  hex(field: number, digits: string): void {
    const count = digits.length >> 1;
    this.reserve(MAX_HEAD + count);
    this.tag(field, BYTES);
    this.varint(count);
    const { bytes, at } = this;
    for (let index = 0; index < count; index += 1) {
      const high = DIGITS[digits.charCodeAt(2 * index)] ?? 0;
      bytes[at + index] = (high << 4) | (DIGITS[digits.charCodeAt(2 * index + 1)] ?? 0);
    }
    this.at = at + count;
  }

  raw(field: number, value: Uint8Array): void {
    this.reserve(MAX_HEAD);
    this.tag(field, BYTES);
    this.varint(value.length);
    this.copy(value);
  }

  /** Copies what is written already. */
  copy(written: Uint8Array): void {
    this.reserve(written.length);
    this.bytes.set(written, this.at);
    this.at += written.length;
  }

  text(field: number, value: string): void {
    // Whoever is not held to the types may give something else.
    const text = typeof value === 'string' ? value : String(value);
    const { length } = text;
    this.reserve(MAX_HEAD + (length < LONG_TEXT ? MAX_BYTES_A_UNIT * length : Buffer.byteLength(text)));
    this.tag(field, BYTES);
    if (length > SHORT_TEXT || !this.shortAscii(text)) {
      const start = this.at;
      const sizeBytes = varintSize(length);
      this.at = start + sizeBytes;
      this.at += this.bytes.write(text, this.at);
      this.end(start, sizeBytes);
    }
  }

  /**
   * Begins a message within the message; {@link end} ends it.
   *
   * @param field - its number
   * @param sizeBytes - how many bytes its length will probably take; where it takes others, what it holds is moved
   * @returns what {@link end} needs
   */
  begin(field: number, sizeBytes = 1): number {
    this.reserve(MAX_HEAD);
    this.tag(field, BYTES);
    const start = this.at;
    this.at = start + sizeBytes;
    return start;
  }

  /** Ends the message that {@link begin} has begun with the same number of bytes for its length. */
  end(start: number, sizeBytes = 1): void {
    const size = this.at - start - sizeBytes;
    if (size < 128 && sizeBytes === 1) {
      this.bytes[start] = size;
      return;
    }
    const needed = varintSize(size);
    if (needed !== sizeBytes) {
      this.reserve(needed);
      this.bytes.copyWithin(start + needed, start + sizeBytes, this.at);
    }
    this.at = start;
    this.varint(size);
    this.at = start + needed + size;
  }

  /** Whether it could be written: only what has one byte a character is. */
  private shortAscii(value: string): boolean {
    const { bytes } = this;
    const { length } = value;
    let { at } = this;
    bytes[at] = length;
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 127) {
        return false;
      }
      at += 1;
      bytes[at] = code;
    }
    this.at = at + 1;
    return true;
  }

  private tag(field: number, wireType: number): void {
    const tag = (field << 3) | wireType;
    if (tag < 128) {
      this.bytes[this.at] = tag;
      this.at += 1;
    } else {
      this.varint(tag);
    }
  }

  private varint(value: number): void {
    const { bytes } = this;
    let { at } = this;
    let rest = value;
    for (; rest > 0x7fffffff; rest = Math.floor(rest / 128)) {
      bytes[at] = (rest % 128) | 128;
      at += 1;
    }
    for (; rest > 127; rest >>>= 7) {
      bytes[at] = (rest & 127) | 128;
      at += 1;
    }
    bytes[at] = rest;
    this.at = at + 1;
  }

  private bigVarint(value: bigint): void {
    let rest = value;
    for (; rest > 127n; rest >>= 7n) {
      this.bytes[this.at] = Number(rest & 127n) | 128;
      this.at += 1;
    }
    this.bytes[this.at] = Number(rest);
    this.at += 1;
  }

  private word(value: number): void {
    const { bytes, at } = this;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    this.at = at + 4;
  }

  private reserve(count: number): void {
    const needed = this.at + count;
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
      this.bytes.copy(larger, 0, 0, this.at);
      this.bytes = larger;
    }
  }
}
