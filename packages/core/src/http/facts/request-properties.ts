import type { AttributeValue, Attributes } from '@opentelemetry/api';
import { createPropertyRedaction } from '../../redaction/property-redaction.js';
import { REDACTED } from '../../redaction/sensitive-names.js';
import { redactText } from '../../redaction/text-redaction.js';

/** Longer texts are cut, longer lists too. */
const MAX_TEXT_LENGTH = 1024;
const MAX_ITEMS = 128;

type TextRedaction = (text: string) => string;

/**
 * Reads properties of a request, such as `user.id`, as attributes of the same names. What is not there, can't be read
 * or is no attribute's value is left out, and secrets are replaced, those of URLs too. Never throws.
 */
export function readProperties(request: object, paths: readonly string[]): Attributes {
  const attributes: Attributes = {};
  for (const path of paths) {
    const names = path.split('.');
    const redaction = createPropertyRedaction(names);
    const value = attributeValue(readPath(request, names), redaction.redactText);
    if (value !== undefined) {
      attributes[path] = redaction.isSecret ? REDACTED : value;
    }
  }
  return attributes;
}

/**
 * The attributes of an object that anybody may have made: what is no attribute's value is left out, and secrets of URLs
 * are replaced. Never throws.
 */
export function readAttributes(given: unknown): Attributes {
  return typeof given === 'object' && given !== null ? copyAttributes(given) : {};
}

function copyAttributes(given: object): Attributes {
  try {
    return readOwn(given, Object.keys(given));
  } catch {
    // A proxy that does not tell its keys has no attributes.
    return {};
  }
}

function readOwn(given: object, names: readonly string[]): Attributes {
  const attributes: Attributes = {};
  for (const name of names) {
    const value = attributeValue(readProperty(given, name), redactText);
    if (value !== undefined && name !== '' && name !== '__proto__') {
      attributes[name] = value;
    }
  }
  return attributes;
}

function readPath(request: object, names: readonly string[]): unknown {
  return names.reduce<unknown>((value, name) => readProperty(value, name), request);
}

function readProperty(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    // A getter that throws hides its value; the request goes on.
    return undefined;
  }
}

function attributeValue(value: unknown, redact: TextRedaction): AttributeValue | undefined {
  return Array.isArray(value) ? listValue(value.slice(0, MAX_ITEMS), redact) : primitiveValue(value, redact);
}

/** Lists are of one type. */
function listValue(list: readonly unknown[], redact: TextRedaction): AttributeValue | undefined {
  const values = list.map((item) => primitiveValue(item, redact));
  const isUniform = values.every((value) => value !== undefined && typeof value === typeof values[0]);
  return isUniform && values.length > 0 ? (values as string[]) : undefined;
}

function primitiveValue(value: unknown, redact: TextRedaction): string | number | boolean | undefined {
  switch (typeof value) {
    case 'string':
      return redact(value).slice(0, MAX_TEXT_LENGTH);
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    default:
      return undefined;
  }
}
