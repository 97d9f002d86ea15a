import { isDeepStrictEqual } from 'node:util';
import type { FinishedSpan } from './finished-span.js';
import type { SpanTree } from './span-tree.js';

/** What is expected of a trace. What is not named can be anything. */
export interface ExpectedSpan {
  readonly name?: string | RegExp;
  readonly kind?: FinishedSpan['kind'];
  readonly status?: FinishedSpan['status'];
  /** Attributes that the span has among others: equal values, texts that match, or `undefined` for none. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** The names of all events, in their order. */
  readonly events?: readonly string[];
  /** All spans right beneath, in any order. */
  readonly children?: readonly ExpectedSpan[];
}

/** Whether a tree is as expected, with all that is expected beneath it. */
export function isAsExpected(tree: SpanTree, expected: ExpectedSpan): boolean {
  const { name, kind, status, attributes = {}, events, children } = expected;
  return (
    (name === undefined || isMatch(tree.name, name)) &&
    (kind === undefined || tree.kind === kind) &&
    (status === undefined || tree.status === status) &&
    Object.entries(attributes).every(([key, value]) => isMatch(tree.attributes[key], value)) &&
    (events === undefined || isDeepStrictEqual(tree.events.map((event) => event.name), [...events])) &&
    (children === undefined || areAsExpected(tree.children, children))
  );
}

/** Finds for each expected span one of its own. */
function areAsExpected(trees: readonly SpanTree[], expected: readonly ExpectedSpan[]): boolean {
  const [first, ...others] = expected;
  if (first === undefined || trees.length !== expected.length) {
    return trees.length === expected.length;
  }
  return trees.some((tree) => isAsExpected(tree, first) && areAsExpected(trees.filter((other) => other !== tree), others));
}

function isMatch(value: unknown, expected: unknown): boolean {
  if (expected instanceof RegExp) {
    // A pattern with the flag g goes on where it stopped the last time.
    return typeof value === 'string' && value.search(expected) !== -1;
  }
  return isDeepStrictEqual(value, expected);
}

/** An expectation as text. */
export function showExpected(expected: ExpectedSpan): string {
  return JSON.stringify(
    expected,
    (_key, value: unknown) => (value instanceof RegExp ? String(value) : value === undefined ? 'undefined' : value),
    2,
  );
}
