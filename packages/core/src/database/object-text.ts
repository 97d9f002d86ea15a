import { types } from 'node:util';

/** What is shown of an object has so few values, in so few levels. */
const MAX_VALUES = 64;
const MAX_DEPTH = 4;
const MAX_TYPE_LENGTH = 64;

interface Budget {
  values: number;
  characters: number;
}

/**
 * An object as a text, without running any code of the application: a date, the size of binary data, JSON of a small
 * object that holds nothing but plain values; of everything else the name of its class.
 *
 * @param maxLength - in characters; beyond it an object is not small
 * @throws whatever a proxy throws, and `RangeError` for a date that is none
 */
export function objectText(value: object | null, maxLength: number): string {
  if (types.isDate(value)) {
    return Date.prototype.toISOString.call(value);
  }
  if (ArrayBuffer.isView(value)) {
    return `${value.byteLength} bytes`;
  }
  return plainText(value, { values: MAX_VALUES, characters: maxLength }, MAX_DEPTH) ?? typeName(value as object);
}

/** JSON; `undefined` of what is not plain, or not small. */
function plainText(value: unknown, budget: Budget, depth: number): string | undefined {
  budget.values -= 1;
  if (budget.values < 0 || depth < 0) {
    return undefined;
  }
  const text = typeof value === 'object' && value !== null ? membersText(value, budget, depth) : primitiveText(value, budget);
  return text !== undefined && text.length <= budget.characters ? text : undefined;
}

function primitiveText(value: unknown, { characters }: Budget): string | undefined {
  if (typeof value === 'string') {
    return value.length > characters ? undefined : JSON.stringify(value);
  }
  return ['number', 'boolean', 'bigint'].includes(typeof value) || value === null ? String(value) : undefined;
}

function membersText(value: object, budget: Budget, depth: number): string | undefined {
  const isList = Array.isArray(value);
  if (types.isProxy(value) || !isPlain(value, isList) || (isList && value.length > MAX_VALUES)) {
    return undefined;
  }
  const members: string[] = [];
  for (const key in value) {
    const member = Object.getOwnPropertyDescriptor(value, key);
    // Of a getter there is no value yet.
    const text = member === undefined ? undefined : plainText(member.value, budget, depth - 1);
    if (text === undefined || key.length > budget.characters) {
      return undefined;
    }
    members.push(isList ? text : `${JSON.stringify(key)}:${text}`);
  }
  return isList ? `[${members.join(',')}]` : `{${members.join(',')}}`;
}

/** The prototypes of another realm, such as that of a test, are plain too. */
function isPlain(value: object, isList: boolean): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  const root = isList && prototype !== null ? (Object.getPrototypeOf(prototype) as object | null) : prototype;
  return root === null || (Object.getPrototypeOf(root) === null && Object.hasOwn(root, 'isPrototypeOf'));
}

function typeName(value: object): string {
  const prototype = types.isProxy(value) ? null : (Object.getPrototypeOf(value) as object | null);
  const constructor: unknown = prototype === null ? undefined : Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const name: unknown = typeof constructor === 'function' ? Object.getOwnPropertyDescriptor(constructor, 'name')?.value : undefined;
  return typeof name === 'string' && name !== '' ? name.slice(0, MAX_TYPE_LENGTH) : 'Object';
}
