import type { Attributes, AttributeValue } from './received.js';
import type { WireAnyValue, WireId, WireInteger, WireKeyValue } from './wire.js';

/** Reads a 64-bit integer without loss; absent is 0. */
export function toBigint(value: WireInteger): bigint {
  return BigInt(String(value ?? 0));
}

/** Reads a count or a double; absent stays undefined. */
export function toNumber(value: WireInteger): number | undefined {
  return value === undefined || value === null ? undefined : Number(String(value));
}

/** Reads a string; the empty string is protobuf's way to say absent. */
export function toText(value: string | null | undefined): string | undefined {
  return value === '' || value === null ? undefined : value;
}

/**
 * Reads an id as lower-case hex; absent, also as empty, is undefined.
 * @throws Error when the id has another length than `bytes` or is all zeros, as OTLP forbids.
 */
export function toId(id: WireId, bytes: 8 | 16): string | undefined {
  if (id === undefined || id === null || id.length === 0) {
    return undefined;
  }
  const hex = typeof id === 'string' ? id.toLowerCase() : Buffer.from(id).toString('hex');
  if (!/^[0-9a-f]+$/.test(hex) || hex.length !== bytes * 2 || /^0+$/.test(hex)) {
    throw new Error(`not an id of ${bytes} bytes: '${hex}'`);
  }
  return hex;
}

/**
 * Reads an id that must be there.
 * @throws Error when it is absent or invalid.
 */
export function toRequiredId(id: WireId, bytes: 8 | 16): string {
  const hex = toId(id, bytes);
  if (hex === undefined) {
    throw new Error(`an id of ${bytes} bytes is missing`);
  }
  return hex;
}

/**
 * Reads a list of attributes.
 * @throws Error when a key comes twice, as OTLP forbids.
 */
export function toAttributes(pairs: readonly WireKeyValue[] | null | undefined): Attributes {
  const entries = (pairs ?? []).map((pair) => [pair.key ?? '', toValue(pair.value)] as const);
  const attributes = Object.fromEntries(entries);
  if (Object.keys(attributes).length !== entries.length) {
    throw new Error(`an attribute comes twice in ${entries.map(([key]) => key).join(', ')}`);
  }
  return attributes;
}

/** Reads an attribute value or a log body; the empty value is undefined. */
export function toValue(value: WireAnyValue | null | undefined): AttributeValue {
  if (!value) {
    return undefined;
  }
  if (isSet(value.stringValue)) {
    return value.stringValue;
  }
  if (isSet(value.boolValue)) {
    return value.boolValue;
  }
  if (isSet(value.intValue)) {
    return toInteger(value.intValue);
  }
  if (isSet(value.doubleValue)) {
    return Number(value.doubleValue);
  }
  if (isSet(value.arrayValue)) {
    return (value.arrayValue.values ?? []).map(toValue);
  }
  if (isSet(value.kvlistValue)) {
    return toAttributes(value.kvlistValue.values);
  }
  if (isSet(value.bytesValue)) {
    return typeof value.bytesValue === 'string'
      ? new Uint8Array(Buffer.from(value.bytesValue, 'base64'))
      : new Uint8Array(value.bytesValue);
  }
  return undefined;
}

function toInteger(value: WireInteger): number | bigint {
  const integer = toBigint(value);
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
