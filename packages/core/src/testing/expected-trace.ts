import { isDeepStrictEqual, types } from 'node:util';
import { checkNames, checkTexts, checkWord, invalidOption, isRecord } from '../diagnostics/validation.js';
import type { FinishedSpan } from './finished-span.js';
import type { SpanTree } from './span-tree.js';

const EXPECTATIONS = ['name', 'kind', 'status', 'attributes', 'events', 'children'] as const satisfies readonly (keyof ExpectedSpan)[];
const KINDS = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const satisfies readonly FinishedSpan['kind'][];
const STATUSES = ['UNSET', 'OK', 'ERROR'] as const satisfies readonly FinishedSpan['status'][];

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

/** Whether each expected span has one of its own. */
function areAsExpected(trees: readonly SpanTree[], expected: readonly ExpectedSpan[]): boolean {
  if (trees.length !== expected.length) {
    return false;
  }
  const candidates = expected.map((one) => trees.filter((tree) => isAsExpected(tree, one)));
  return canPair(candidates);
}

/**
 * Whether everybody can have one of their candidates, each of which is there once: whoever finds all of theirs taken
 * asks those who have them to take another one.
 *
 * @see https://en.wikipedia.org/wiki/Matching_(graph_theory)#In_unweighted_bipartite_graphs
 */
function canPair<T>(candidates: readonly (readonly T[])[]): boolean {
  const owners = new Map<T, number>();
  const findOne = (seeker: number, asked: Set<T>): boolean => {
    const theirs = candidates[seeker] ?? [];
    const free = theirs.find((candidate) => !owners.has(candidate));
    const found = free ?? theirs.find((candidate) => {
      const owner = owners.get(candidate);
      const isNew = !asked.has(candidate);
      asked.add(candidate);
      return isNew && owner !== undefined && findOne(owner, asked);
    });
    if (found !== undefined) {
      owners.set(found, seeker);
    }
    return found !== undefined;
  };
  return candidates.every((_theirs, seeker) => findOne(seeker, new Set()));
}

function isMatch(value: unknown, expected: unknown): boolean {
  if (types.isRegExp(expected)) {
    // A pattern with the flag g goes on where it stopped the last time.
    return typeof value === 'string' && value.search(expected) !== -1;
  }
  return isDeepStrictEqual(value, expected);
}

/**
 * Checks an expectation, with all that is expected beneath it.
 *
 * @throws TypeError that names what is wrong, and what is allowed
 */
export function checkExpected(expected: unknown, where = 'expectTrace'): void {
  checkNames(where, expected, EXPECTATIONS);
  const { name, kind, status, attributes, events, children } = expected as Record<(typeof EXPECTATIONS)[number], unknown>;
  if (name !== undefined && typeof name !== 'string' && !types.isRegExp(name)) {
    invalidOption(`${where}.name`, name, 'a text or a pattern');
  }
  checkWord(`${where}.kind`, kind, KINDS);
  checkWord(`${where}.status`, status, STATUSES);
  if (attributes !== undefined && !isRecord(attributes)) {
    invalidOption(`${where}.attributes`, attributes, 'an object of attributes');
  }
  checkTexts(`${where}.events`, events);
  if (children !== undefined && !Array.isArray(children)) {
    invalidOption(`${where}.children`, children, 'an array of expected spans');
  }
  (children ?? []).forEach((child: unknown, index: number) => checkExpected(child, `${where}.children[${index}]`));
}

/** An expectation as text. */
export function showExpected(expected: ExpectedSpan): string {
  return JSON.stringify(
    expected,
    (_key, value: unknown) => (types.isRegExp(value) ? String(value) : value === undefined ? 'undefined' : value),
    2,
  );
}
