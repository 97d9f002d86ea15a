import { inspect, types } from 'node:util';
import type { AnyValue, AnyValueMap } from '@opentelemetry/api-logs';
import { REDACTED } from '../redaction/sensitive-names.js';
import { redactText } from '../redaction/text-redaction.js';
import { describeException } from '../tracing/exception.js';
import { attempt } from './attempt.js';
import { redactionOf } from './field-redaction.js';
import { redactNamedSecrets } from './named-secrets.js';
import { isShown } from './shown-text.js';

const MAX_DEPTH = 6;
const MAX_ENTRIES = 128;
const MAX_VALUES = 1000;
const MAX_TEXT = 16_384;
const MAX_TEXT_IN_ALL = 131_072;
const MAX_KEY = 256;

/** What stands in place of what can't be read. */
export const UNREADABLE = '[Unreadable]';
const CIRCULAR = '[Circular]';
const TRUNCATED = '[Truncated]';

/**
 * The fields of a record as OTLP can say them: bounded, without secrets, whatever they hold. Never throws.
 *
 * @param line - the line of text that the application writes of them: a value that does not stand in it is left out
 */
export function plainFields(fields: Readonly<Record<string, unknown>>, line?: string): AnyValueMap {
  return new PlainCopy(line).fields(fields, []);
}

/** One copy, with what may still go into it. */
class PlainCopy {
  private values = MAX_VALUES;
  private text = MAX_TEXT_IN_ALL;
  private readonly ancestors = new Set<object>();

  constructor(private readonly line: string | undefined) {}

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
    const text = primitiveText(value);
    if (!this.shows(text)) {
      return undefined;
    }
    return typeof value === 'number' || typeof value === 'boolean' ? value : this.cut(redaction.redactText(text));
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
      const copy = this.described(value, path);
      // What is left of an object that the line does not show tells nothing but its names.
      return this.line !== undefined && isEmpty(copy) ? undefined : copy;
    } finally {
      this.ancestors.delete(value);
    }
  }

  private described(value: object, path: readonly string[]): AnyValue {
    const { toJSON } = value as { readonly toJSON?: unknown };
    if (value instanceof Error) {
      const { type, message } = describeException(value);
      return this.shows(message) ? { type, message: this.cut(message) } : undefined;
    }
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
      return `[${value.byteLength} bytes]`;
    }
    if (typeof toJSON === 'function') {
      return this.copy(Reflect.apply(toJSON, value, ['']), path.length > MAX_DEPTH ? path : [...path, '0']);
    }
    if (value instanceof Map || value instanceof Set) {
      // JSON shows nothing of these; what a text shows of them, `inspect` has made.
      const text = inspect(value);
      return this.shows(text) ? this.cut(redactNamedSecrets(redactText(text))) : undefined;
    }
    return Array.isArray(value) ? this.list(value, path) : this.plain(value, path);
  }

  private plain(value: object, path: readonly string[]): AnyValue {
    if (!(value instanceof RegExp)) {
      return this.fields(value, path);
    }
    const text = String(value);
    return this.shows(text) ? this.cut(text) : undefined;
  }

  private list(value: readonly unknown[], path: readonly string[]): AnyValue[] {
    const copy: AnyValue[] = [];
    for (const item of value) {
      if (copy.length === MAX_ENTRIES) {
        break;
      }
      const copied = this.copy(item, [...path, '0']);
      if (copied !== undefined || this.line === undefined) {
        copy.push(copied ?? null);
      }
    }
    return copy;
  }

  private shows(text: string): boolean {
    return this.line === undefined || isShown(text, this.line);
  }

  private cut(text: string): string {
    const cut = text.slice(0, Math.min(MAX_TEXT, this.text));
    this.text -= cut.length;
    return cut;
  }
}

/** A text, a number, a truth value or a symbol; the decimal form of a huge number would take too long. */
function primitiveText(value: unknown): string {
  if (typeof value === 'bigint') {
    return BigInt.asIntN(64, value) === value ? String(value) : '[BigInt]';
  }
  return typeof value === 'string' ? value : ['symbol', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
}

function isEmpty(value: AnyValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
