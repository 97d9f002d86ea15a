import { Buffer } from 'node:buffer';
import { editField } from '../protobuf-edit.js';

/** Where the values of attributes stand in the message of a record. */
export interface ValuePlaces {
  /** The paths of the fields that hold attributes. */
  readonly attributes: readonly (readonly number[])[];
  /** The fields that hold a value alone. */
  readonly values: readonly number[];
}

/** The fields of `AnyValue`, and of what it can hold. */
const STRING = 1;
const ARRAY = 5;
const LIST = 6;
const BYTES = 7;
const ITEMS = 1;
const PAIR_VALUE = 2;

/** What stands at the end of a text that was cut. */
const MARK = Buffer.from('…');

/** Shorter than this no value is made: what is too long by then is too long by something else. */
const MIN_LIMIT = 32;

/**
 * Makes a record fit: its longest attribute values, and the longest of those of its events and links, are cut to one
 * length, and texts end with an ellipsis there.
 *
 * @param maxBytes - how long its message may be
 * @returns the shorter message; `undefined` where that is not enough
 * @throws RangeError for bytes that are no protobuf message
 */
export function trimRecord(record: Uint8Array, maxBytes: number, places: ValuePlaces): Uint8Array | undefined {
  const sizes: number[] = [];
  editValues(record, places, (content) => {
    sizes.push(content.length);
    return content;
  });
  const limit = commonLimit(sizes, record.length - maxBytes);
  return limit === undefined
    ? undefined
    : editValues(record, places, (content, mark) => (content.length <= limit ? content : cut(content, limit, mark)));
}

/** The length to which the longest have to be cut so that all of them are shorter by so many bytes. */
function commonLimit(sizes: readonly number[], excess: number): number | undefined {
  const longest = sizes.toSorted((one, other) => other - one);
  let sum = 0;
  for (const [index, size] of longest.entries()) {
    sum += size;
    const limit = Math.floor((sum - excess) / (index + 1));
    if (limit >= (longest[index + 1] ?? 0)) {
      return limit >= MIN_LIMIT ? limit : undefined;
    }
  }
  return undefined;
}

/** No character is left in part. */
function cut(content: Uint8Array, limit: number, mark: Uint8Array): Uint8Array {
  let end = limit - mark.length;
  while (mark.length > 0 && end > 0 && ((content[end] ?? 0) & 0xc0) === 0x80) {
    end -= 1;
  }
  return Buffer.concat([content.subarray(0, end), mark]);
}

type ContentEdit = (content: Uint8Array, mark: Uint8Array) => Uint8Array;

function editValues(record: Uint8Array, { attributes, values }: ValuePlaces, edit: ContentEdit): Uint8Array {
  const withAttributes = attributes.reduce(
    (message, path) => editAt(message, path, (pair) => editField(pair, PAIR_VALUE, (value) => editValue(value, edit))),
    record,
  );
  return values.reduce((message, field) => editField(message, field, (value) => editValue(value, edit)), withAttributes);
}

function editAt(message: Uint8Array, path: readonly number[], edit: (payload: Uint8Array) => Uint8Array): Uint8Array {
  const [field, ...rest] = path;
  return field === undefined ? edit(message) : editField(message, field, (payload) => editAt(payload, rest, edit));
}

/** One of the fields is there. */
function editValue(value: Uint8Array, edit: ContentEdit): Uint8Array {
  const again = (inner: Uint8Array): Uint8Array => editValue(inner, edit);
  const single = editField(editField(value, STRING, (text) => edit(text, MARK)), BYTES, (bytes) => edit(bytes, Buffer.of()));
  return editField(editAt(single, [ARRAY, ITEMS], again), LIST, (list) => editAt(list, [ITEMS, PAIR_VALUE], again));
}
