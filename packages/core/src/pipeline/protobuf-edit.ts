/** What a length-delimited field is replaced with: the same bytes when nothing is to change. */
export type FieldEdit = (payload: Uint8Array, index: number) => Uint8Array;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/**
 * Replaces the payloads of one length-delimited field of a protobuf message, in the order in which they stand there.
 *
 * @returns the same bytes when no payload has changed
 * @throws RangeError for bytes that are no protobuf message
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function editField(message: Uint8Array, field: number, edit: FieldEdit): Uint8Array {
  const pieces: Uint8Array[] = [];
  let copied = 0;
  let index = 0;
  for (let position = 0; position < message.length; ) {
    const tag = readVarint(message, position);
    const content = contentOf(message, tag);
    if (tag.value === fieldTag(field)) {
      const payload = message.subarray(content.start, content.end);
      const edited = edit(payload, index);
      index += 1;
      if (edited !== payload) {
        pieces.push(message.subarray(copied, tag.end), varint(edited.length), edited);
        copied = content.end;
      }
    }
    position = content.end;
  }
  return pieces.length === 0 ? message : Buffer.concat([...pieces, message.subarray(copied)]);
}

/**
 * The payloads of one length-delimited field of a protobuf message.
 *
 * @throws RangeError for bytes that are no protobuf message
 */
export function readPayloads(message: Uint8Array, field: number): readonly Uint8Array[] {
  const payloads: Uint8Array[] = [];
  editField(message, field, (payload) => {
    payloads.push(payload);
    return payload;
  });
  return payloads;
}

/**
 * The last variable-length integer of one field of a protobuf message; 0, as the format has it, where there is none.
 *
 * @throws RangeError for bytes that are no protobuf message
 */
export function readInteger(message: Uint8Array, field: number): number {
  let found = 0;
  for (let position = 0; position < message.length; ) {
    const tag = readVarint(message, position);
    const { start, end } = contentOf(message, tag);
    if (tag.value === ((field << 3) | VARINT)) {
      found = readVarint(message, start).value;
    }
    position = end;
  }
  return found;
}

/** A length-delimited field with its tag and its length. */
export function lengthDelimited(field: number, payload: Uint8Array): Uint8Array {
  return Buffer.concat([varint(fieldTag(field)), varint(payload.length), payload]);
}

function fieldTag(field: number): number {
  return (field << 3) | LENGTH_DELIMITED;
}

interface Varint {
  readonly value: number;
  readonly end: number;
}

/** Where the value of a field lies whose tag has been read. */
function contentOf(message: Uint8Array, { value, end }: Varint): { readonly start: number; readonly end: number } {
  const wireType = value & 7;
  if (wireType === VARINT) {
    return { start: end, end: readVarint(message, end).end };
  }
  if (wireType === FIXED64 || wireType === FIXED32) {
    return { start: end, end: end + (wireType === FIXED64 ? 8 : 4) };
  }
  const length = readVarint(message, end);
  if (wireType !== LENGTH_DELIMITED || length.end + length.value > message.length) {
    throw new RangeError(`no protobuf field at byte ${end}`);
  }
  return { start: length.end, end: length.end + length.value };
}

/** Reads a variable-length integer; what is beyond 53 bits is only skipped. */
function readVarint(message: Uint8Array, start: number): Varint {
  let value = 0;
  for (let position = start; position < message.length; position += 1) {
    const byte = message[position] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (position - start));
    if (byte < 0x80) {
      return { value, end: position + 1 };
    }
  }
  throw new RangeError(`no variable-length integer at byte ${start}`);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) {
    bytes.push((rest % 0x80) | 0x80);
  }
  return Uint8Array.from([...bytes, rest]);
}
