import type { Attributes } from '@opentelemetry/api';
import { objectText } from './object-text.js';

/** A statement can have tens of thousands of parameters, and a span by default 128 attributes, those of its end too. */
const MAX_PARAMETERS = 100;
const MAX_TEXT_LENGTH = 1024;

/**
 * The values of a statement's placeholders, by their name or their position from 0 on. Never throws.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/db/
 */
export function queryParameters(parameters: unknown): Attributes {
  if (typeof parameters !== 'object' || parameters === null) {
    return {};
  }
  const attributes: Attributes = {};
  for (const key of parameterKeys(parameters)) {
    const text = parameterText(parameters, key);
    if (text !== undefined) {
      attributes[`db.query.parameter.${key}`] = text.slice(0, MAX_TEXT_LENGTH);
    }
  }
  return attributes;
}

function parameterKeys(parameters: object): readonly string[] {
  try {
    return Object.keys(parameters).slice(0, MAX_PARAMETERS);
  } catch {
    // A proxy can throw: the driver will meet it too.
    return [];
  }
}

function parameterText(parameters: object, key: string): string | undefined {
  try {
    const value: unknown = Reflect.get(parameters, key);
    switch (typeof value) {
      case 'string':
        return value;
      case 'function':
      case 'symbol':
        return undefined;
      case 'object':
        return objectText(value, MAX_TEXT_LENGTH);
      default:
        return String(value);
    }
  } catch {
    // A getter that throws: the driver will meet it too.
    return undefined;
  }
}
