import { baggageEntryMetadataFromString, type BaggageEntry, type BaggageEntryMetadata } from '@opentelemetry/api';
import { trimOptionalSpace } from '../text/optional-space.js';
import { percentDecode } from '../text/percent-decoding.js';

/** A name and what belongs to it. */
export type BaggageMember = readonly [key: string, entry: BaggageEntry];

/** The longest baggage that is sent or looked at, in bytes. */
export const MAX_BAGGAGE_LENGTH = 8192;

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const OCTETS = '[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]*';

const KEY = new RegExp(`^${TOKEN}$`);
const PROPERTY = new RegExp(`^(${TOKEN})(?:[ \\t]*(=)[ \\t]*(${OCTETS}))?$`);

/** Printable ASCII: what is more than the specification allows does no harm, as values are encoded anew. */
const READABLE_VALUE = /^[\x20-\x7e]*$/;

/** A percent sign that encodes nothing. */
const BROKEN_ESCAPE = /%(?![\da-f]{2})/i;

/** Halves of a pair, which UTF-8 can't encode. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * Reads a list-member: `key=value;property;name=value`; `undefined` for a malformed one. Illegal properties are left out.
 *
 * @see https://www.w3.org/TR/baggage/#header-content
 */
export function parseBaggageMember(text: string): BaggageMember | undefined {
  const [pair = '', ...properties] = text.split(';');
  const equals = pair.indexOf('=');
  const key = trimOptionalSpace(pair.slice(0, Math.max(equals, 0)));
  const value = trimOptionalSpace(pair.slice(equals + 1));
  if (!KEY.test(key) || !READABLE_VALUE.test(value) || BROKEN_ESCAPE.test(value)) {
    return undefined;
  }
  const kept = legalProperties(properties);
  const metadata = kept === '' ? {} : { metadata: baggageEntryMetadataFromString(kept) };
  return [key, { value: percentDecode(value), ...metadata }];
}

/**
 * Writes a list-member; `undefined` where the key is no token or the value no text. Whatever the application has put into
 * value and metadata, the result is ASCII without spaces, control characters and commas of its own.
 */
export function formatBaggageMember([key, entry]: BaggageMember): string | undefined {
  const value: unknown = entry.value;
  if (typeof key !== 'string' || !KEY.test(key) || !isPlain(value)) {
    return undefined;
  }
  const text = String(value);
  if (key.length + text.length > MAX_BAGGAGE_LENGTH) {
    return undefined;
  }
  const properties = formatMetadata(entry.metadata);
  const encoded = encodeURIComponent(text.replace(LONE_SURROGATES, '\ufffd'));
  return properties === '' ? `${key}=${encoded}` : `${key}=${encoded};${properties}`;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function formatMetadata(metadata: BaggageEntryMetadata | undefined): string {
  const text: unknown = metadata?.toString();
  return typeof text === 'string' ? legalProperties(text.split(';')) : '';
}

/** Properties are passed on as they are but for the space in them, so only those that the specification allows are. */
function legalProperties(properties: readonly string[]): string {
  return properties.flatMap((property) => PROPERTY.exec(trimOptionalSpace(property))?.slice(1).join('') ?? []).join(';');
}
