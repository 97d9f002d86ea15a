import { inspect } from 'node:util';
import type { SpanRecord } from './span-record.js';

/** One rule of the conventions: the sentence that says how a span breaks it, or nothing. */
export type Rule = (span: SpanRecord) => string | false | undefined;

/** A value as a sentence shows it: on one line, and not longer than a reader needs. */
export function shown(value: unknown): string {
  return inspect(value, { maxStringLength: 80, maxArrayLength: 4, depth: 1, breakLength: Infinity, compact: true });
}

/** The sentences of all rules that a span breaks. */
export function brokenRules(span: SpanRecord, rules: readonly Rule[]): string[] {
  return rules.map((rule) => rule(span)).filter((sentence) => typeof sentence === 'string');
}
