import { types } from 'node:util';
import type { AnyValue, AnyValueMap } from '@opentelemetry/api-logs';
import { createPropertyRedaction, type PropertyRedaction } from '../redaction/property-redaction.js';
import { REDACTED } from '../redaction/sensitive-names.js';
import { sharedState } from '../shared-state.js';
import { describeException } from '../tracing/exception.js';
import { attempt } from './attempt.js';

const MAX_DEPTH = 6;
const MAX_ENTRIES = 128;
const MAX_VALUES = 1000;
const MAX_TEXT = 16_384;
const MAX_TEXT_IN_ALL = 131_072;
const MAX_KEY = 256;
const MAX_KNOWN_PATHS = 1000;

const UNREADABLE = '[Unreadable]';
const CIRCULAR = '[Circular]';
const TRUNCATED = '[Truncated]';

/** The rules for a field are looked up once; how many different fields there are is up to the application. */
function redactionOf(path: readonly string[]): PropertyRedaction {
  const redactions = sharedState('logs.redactions', () => new Map<string, PropertyRedaction>());
  const key = path.join('.');
  const known = redactions.get(key);
  if (known !== undefined) {
    return known;
  }
  const redaction = createPropertyRedaction(path);
  if (redactions.size < MAX_KNOWN_PATHS && key.length <= MAX_KEY) {
    redactions.set(key, redaction);
  }
  return redaction;
}

/** The fields of a record as OTLP can say them: bounded, without secrets, whatever they hold. Never throws. */
export function plainFields(fields: Readonly<Record<string, unknown>>): AnyValueMap {
  return new PlainCopy().fields(fields, []);
}

/** One copy, with what may still go into it. */
class PlainCopy {
  private values = MAX_VALUES;
  private text = MAX_TEXT_IN_ALL;
  private readonly ancestors = new Set<object>();

  fields(source: object, path: readonly string[]): AnyValueMap {
    const copy: AnyValueMap = {};
    const keys = attempt(() => Object.keys(source), []);
    for (const key of keys.slice(0, MAX_ENTRIES)) {
      this.put(copy, [...path, key], attempt<unknown>(() => Reflect.get(source, key), UNREADABLE));
    }
    return copy;
  }

  private put(target: AnyValueMap, path: readonly string[], value: unknown): void {
    const copied = this.copy(value, path);
    if (copied !== undefined && copied !== null) {
      const name = (path.at(-1) ?? '').slice(0, MAX_KEY);
      Object.defineProperty(target, name, { value: copied, configurable: true, enumerable: true, writable: true });
    }
  }

  private copy(value: unknown, path: readonly string[]): AnyValue {
    if (value === undefined || value === null || typeof value === 'function') {
      return undefined;
    }
    this.values -= 1;
    if (this.values < 0 || this.text <= 0) {
      return this.values === -1 ? TRUNCATED : undefined;
    }
    const redaction = redactionOf(path);
    if (redaction.isSecret) {
      return REDACTED;
    }
    if (typeof value === 'object') {
      return attempt<AnyValue>(() => this.object(value, path), UNREADABLE);
    }
    return typeof value === 'number' || typeof value === 'boolean'
      ? value
      : this.cut(redaction.redactText(primitiveText(value)));
  }

  private object(value: object, path: readonly string[]): AnyValue {
    if (this.ancestors.has(value)) {
      return CIRCULAR;
    }
    if (path.length > MAX_DEPTH) {
      return TRUNCATED;
    }
    this.ancestors.add(value);
    try {
      return this.described(value, path);
    } finally {
      this.ancestors.delete(value);
    }
  }

  private described(value: object, path: readonly string[]): AnyValue {
    const { toJSON } = value as { readonly toJSON?: unknown };
    if (value instanceof Error) {
      const { type, message } = describeException(value);
      return { type, message: this.cut(message) };
    }
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
      return `[${value.byteLength} bytes]`;
    }
    if (typeof toJSON === 'function') {
      return this.copy(Reflect.apply(toJSON, value, ['']), path.length > MAX_DEPTH ? path : [...path, '0']);
    }
    if (value instanceof Map) {
      return this.map(value, path);
    }
    return Array.isArray(value) || value instanceof Set ? this.list(value, path) : this.plain(value, path);
  }

  private plain(value: object, path: readonly string[]): AnyValue {
    return value instanceof RegExp ? this.cut(String(value)) : this.fields(value, path);
  }

  private map(value: ReadonlyMap<unknown, unknown>, path: readonly string[]): AnyValueMap {
    const copy: AnyValueMap = {};
    let left = MAX_ENTRIES;
    for (const [key, item] of value) {
      if (left === 0) {
        break;
      }
      left -= 1;
      if (['string', 'number', 'bigint', 'symbol'].includes(typeof key)) {
        this.put(copy, [...path, primitiveText(key)], item);
      }
    }
    return copy;
  }

  private list(value: Iterable<unknown>, path: readonly string[]): AnyValue[] {
    const copy: AnyValue[] = [];
    for (const item of value) {
      if (copy.length === MAX_ENTRIES) {
        break;
      }
      copy.push(this.copy(item, [...path, '0']) ?? null);
    }
    return copy;
  }

  private cut(text: string): string {
    const cut = text.slice(0, Math.min(MAX_TEXT, this.text));
    this.text -= cut.length;
    return cut;
  }
}

/** A text, a number or a symbol; the decimal form of a huge number would take too long. */
function primitiveText(value: unknown): string {
  if (typeof value === 'bigint') {
    return BigInt.asIntN(64, value) === value ? String(value) : '[BigInt]';
  }
  return typeof value === 'string' ? value : typeof value === 'symbol' || typeof value === 'number' ? String(value) : '';
}
