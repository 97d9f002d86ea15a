import { diag, type Attributes, type AttributeValue } from '@opentelemetry/api';
import { isAttributeValue } from '@opentelemetry/core';

/** How much a span, an event or a link may hold. */
export interface AttributeLimits {
  readonly count: number;
  /** Of a text, in characters. */
  readonly valueLength: number;
}

/** The attributes that are kept, and how many are not for want of room. */
export interface LimitedAttributes {
  readonly attributes: Attributes;
  readonly dropped: number;
}

/** Whether a value can be recorded; tells the application when it can't. */
export function isLegalAttribute(name: string, value: unknown): value is AttributeValue {
  if (typeof name !== 'string' || name === '') {
    diag.warn(`Invalid attribute key: ${String(name)}`);
    return false;
  }
  // Texts and numbers, which nearly all are, need no further look.
  if (typeof value === 'string' || typeof value === 'number' || isAttributeValue(value)) {
    return true;
  }
  diag.warn(`Invalid attribute value set for key: ${name}`);
  return false;
}

/** A copy of what the application gives, without what can't be recorded. */
export function checkedAttributes(given: Attributes | undefined): Attributes {
  const checked: Attributes = {};
  if (typeof given !== 'object' || given === null) {
    return checked;
  }
  for (const name in given) {
    if (Object.hasOwn(given, name)) {
      const value = given[name];
      if (isLegalAttribute(name, value)) {
        checked[name] = Array.isArray(value) ? value.slice() : value;
      }
    }
  }
  return checked;
}

/** A value of no more than so many characters, in texts and lists of texts; a list is copied. */
export function limitedValue(value: AttributeValue, maxLength: number): AttributeValue {
  if (typeof value === 'string') {
    return value.length <= maxLength || maxLength <= 0 ? value : value.substring(0, maxLength);
  }
  if (!Array.isArray(value)) {
    return value;
  }
  const shortened: unknown[] = value.map((item) => (typeof item === 'string' ? limitedValue(item, maxLength) : item));
  return shortened as AttributeValue;
}

/** The attributes of an event or a link, as the application gives them. */
export function givenAttributes(given: Attributes | undefined, limits: AttributeLimits): LimitedAttributes {
  return given === undefined ? { attributes: {}, dropped: 0 } : cutAttributes(checkedAttributes(given), limits);
}

/** What is left of attributes when a span takes them, for which `undefined` and `null` are no values. */
export function presentAttributes(attributes: Attributes): Attributes {
  for (const name in attributes) {
    if (attributes[name] === undefined || attributes[name] === null) {
      return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null));
    }
  }
  return attributes;
}

function cutAttributes(given: Attributes, { count, valueLength }: AttributeLimits): LimitedAttributes {
  const attributes: Attributes = {};
  let [kept, dropped] = [0, 0];
  for (const [name, value] of Object.entries(given)) {
    if (kept >= count) {
      dropped += 1;
    } else {
      attributes[name] = value === undefined || value === null ? value : limitedValue(value, valueLength);
      kept += 1;
    }
  }
  return { attributes, dropped };
}

/**
 * Takes the oldest out of the events or links of a span that has as many as it may have.
 *
 * @returns how many are dropped with that, the one that comes included where none may be there
 */
export function makeRoom(list: unknown[], limit: number): 0 | 1 {
  if (list.length < limit) {
    return 0;
  }
  list.shift();
  return 1;
}
