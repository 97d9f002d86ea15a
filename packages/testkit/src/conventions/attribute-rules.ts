import { findAttribute, type KnownAttribute } from './registry.js';
import { shown } from './sentence.js';
import type { AttributeRecord } from './span-record.js';
import { hasType, typeName } from './value-type.js';

/** Longest text that an attribute may hold, in UTF-16 code units. */
const MAX_TEXT_LENGTH = 16_384;

/** First words of names that belong to the conventions: what they do not define there must not be made up. */
const OWNED_NAMESPACES = new Set([
  'client',
  'code',
  'db',
  'error',
  'exception',
  'graphql',
  'http',
  'messaging',
  'net',
  'network',
  'otel',
  'peer',
  'rpc',
  'server',
  'thread',
  'tls',
  'url',
  'user_agent',
]);

/**
 * Enumerations whose meaning leaves no room for another value.
 *
 * The text of the conventions lets all others be extended ("otherwise, a custom value MAY be used"): `db.system.name`
 * by further products, `error.type` by the classes and codes of errors. A method that is not listed has to be `_OTHER`;
 * the rest are closed by what they speak of.
 */
const CLOSED_ENUMERATIONS = new Set([
  'db.client.connection.state',
  'http.connection.state',
  'http.request.method',
  'network.io.direction',
  'network.transport',
  'network.type',
  'otel.status_code',
]);

/** Sentences about attributes that hold wherever they stand: on a span, an event, or a link. */
export function attributeViolations(attributes: AttributeRecord): string[] {
  return Object.entries(attributes).flatMap(([name, value]) => {
    const wrongValue = valueViolation(name, value);
    return [...nameViolations(name), ...(wrongValue === undefined ? definitionViolations(name, value) : [wrongValue])];
  });
}

function nameViolations(name: string): string[] {
  if (findAttribute(name) !== undefined) {
    return [];
  }
  if (name === '') {
    return ['an attribute has an empty name'];
  }
  const namespace = name.split('.', 1)[0] ?? '';
  return OWNED_NAMESPACES.has(namespace)
    ? [`${name} is no attribute of the conventions, but its namespace is theirs`]
    : [];
}

function valueViolation(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) {
    return `${name} is ${value}`;
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 0) {
    return `${name} is an empty array`;
  }
  if (items.some((item) => !isPrimitive(item)) || new Set(items.map((item) => typeof item)).size > 1) {
    return `${name} is neither a text, a number, a boolean, nor an array of one of them: ${shown(value)}`;
  }
  const longest = Math.max(...items.map((item) => (typeof item === 'string' ? item.length : 0)));
  return longest > MAX_TEXT_LENGTH ? `${name} is longer than ${MAX_TEXT_LENGTH}: ${longest}` : undefined;
}

function definitionViolations(name: string, value: unknown): string[] {
  const attribute = findAttribute(name);
  if (attribute === undefined) {
    return [];
  }
  const sentences = attribute.deprecated === undefined ? [] : [`${name} is deprecated: ${attribute.deprecated}`];
  if (!hasType(value, attribute.type)) {
    return [...sentences, `${name} is not of type ${typeName(attribute.type)}: ${shown(value)}`];
  }
  return [...sentences, ...enumViolations(attribute, value), ...keyViolations(name, attribute)];
}

function enumViolations({ id, type }: KnownAttribute, value: unknown): string[] {
  if (typeof type === 'string' || type.enum.some((member) => member === value)) {
    return [];
  }
  if (CLOSED_ENUMERATIONS.has(id)) {
    return [`${id} is none of the values that there are: ${shown(value)}`];
  }
  // "If one of them applies, then the respective value MUST be used."
  const member = type.enum.find((candidate) => String(candidate).toLowerCase() === String(value).toLowerCase());
  return member === undefined ? [] : [`${id} is ${shown(value)}, which the conventions write ${shown(member)}`];
}

/** Only the keys of headers have a form of their own: "the normalized HTTP Header name (lowercase)". */
function keyViolations(name: string, { id, key }: KnownAttribute): string[] {
  const isHeader = id === 'http.request.header' || id === 'http.response.header';
  return isHeader && key !== key?.toLowerCase() ? [`${name} does not have the header's name in lower case`] : [];
}

function isPrimitive(value: unknown): boolean {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
}
