import type { ProtobufWriter } from './protobuf-writer.js';

/** Integers from here on do not fit into an `int64`. */
const INT64_END = 2 ** 63;

/** What lies deeper is left out: a circle would never end. */
const MAX_DEPTH = 32;

const KEY = 1;
const VALUE = 2;

/**
 * Writes attributes as the `KeyValue`s of a repeated field.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto
 */
export function writeAttributes(writer: ProtobufWriter, field: number, attributes: object): void {
  writeEntries({ writer, depth: 0 }, field, attributes);
}

/** Writes an `AnyValue` as a field of its own. */
export function writeValue(writer: ProtobufWriter, field: number, value: unknown): void {
  writeAnyValue({ writer, depth: 0 }, field, value);
}

interface Place {
  readonly writer: ProtobufWriter;
  readonly depth: number;
}

function writeEntries(place: Place, field: number, entries: object): void {
  const { writer } = place;
  for (const key in entries) {
    if (Object.hasOwn(entries, key)) {
      const start = writer.begin(field);
      writer.text(KEY, key);
      writeAnyValue(place, VALUE, (entries as Readonly<Record<string, unknown>>)[key]);
      writer.end(start);
    }
  }
}

/** What OTLP has no value for becomes an empty one. */
function writeAnyValue(place: Place, field: number, value: unknown): void {
  const { writer } = place;
  const start = writer.begin(field);
  switch (typeof value) {
    case 'string':
      writer.text(1, value);
      break;
    case 'boolean':
      writer.uint(2, value ? 1 : 0);
      break;
    case 'number':
      writeNumber(writer, value);
      break;
    case 'object':
      if (value !== null && place.depth < MAX_DEPTH) {
        writeStructure({ writer, depth: place.depth + 1 }, value);
      }
      break;
    default:
  }
  writer.end(start);
}

function writeNumber(writer: ProtobufWriter, value: number): void {
  if (Number.isInteger(value) && value >= -INT64_END && value < INT64_END) {
    writer.int64(3, value);
  } else {
    writer.double(4, value);
  }
}

function writeStructure(place: Place, value: object): void {
  const { writer } = place;
  if (value instanceof Uint8Array) {
    writer.raw(7, value);
  } else if (Array.isArray(value)) {
    const start = writer.begin(5);
    value.forEach((item: unknown) => writeAnyValue(place, 1, item));
    writer.end(start);
  } else {
    const start = writer.begin(6);
    writeEntries(place, 1, value);
    writer.end(start);
  }
}
