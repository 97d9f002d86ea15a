const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

/**
 * The fields of a protobuf message, without knowledge of its schema.
 * @param {Uint8Array} bytes
 * @returns {Generator<{ number: number, value: number, bytes: Uint8Array }>} `value` of a varint, `bytes` of what has
 *   a length
 */
export function* protobufFields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (!(byte > 127)) {
        return value;
      }
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wireType = tag & 7;
    const field = { number: Math.floor(tag / 8), value: 0, bytes: bytes.subarray(0, 0) };
    if (wireType === VARINT) {
      field.value = varint();
    } else if (wireType === LENGTH_DELIMITED) {
      const length = varint();
      field.bytes = bytes.subarray(at, at + length);
      at += length;
    } else {
      at += wireType === FIXED64 ? 8 : 4;
    }
    yield field;
  }
}
