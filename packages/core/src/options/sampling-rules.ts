import type { AttributeValue } from '@opentelemetry/api';
import { compilePathGlob, withoutTrailingSlash } from '../text/path-glob.js';
import { statelessPattern } from '../text/stateless-pattern.js';
import { compileWildcard, isWildcard } from '../text/wildcard.js';
import type { SamplingPattern, SamplingRule, SamplingValue } from './sampling-options.js';

/** What becomes of the traces that a rule matches. */
export type SamplingOutcome =
  | { readonly kind: 'keep' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'ratio'; readonly ratio: number };

/** What one attribute of a trace's first span has to be. */
export interface SamplingCondition {
  readonly attribute: string;
  readonly matches: (value: AttributeValue) => boolean;
}

/** A rule, settled. */
export interface ResolvedSamplingRule {
  readonly conditions: readonly SamplingCondition[];
  readonly outcome: SamplingOutcome;
}

type TextTest = (text: string) => boolean;

/** Longer texts are searched up to here, in characters: what comes from outside must not set the cost. */
const MAX_TEXT_LENGTH = 8192;

/** Makes the tests of a rule whose options have been checked. */
export function resolveSamplingRule(rule: SamplingRule): ResolvedSamplingRule {
  const methods = rule.method === undefined ? undefined : [rule.method].flat().map((method) => method.toUpperCase());
  const conditions = [
    ...textCondition('http.request.method', methods && ((text) => methods.includes(text.toUpperCase()))),
    ...textCondition('server.address', rule.host === undefined ? undefined : hostTest(rule.host)),
    ...textCondition('url.path', rule.path === undefined ? undefined : pathTest(rule.path)),
    ...textCondition('http.route', rule.route === undefined ? undefined : pathTest(rule.route)),
    ...Object.entries(rule.attributes ?? {}).map(([attribute, value]) => ({ attribute, matches: anyItem(valueTest(value)) })),
  ];
  return Object.freeze({ conditions: Object.freeze(conditions), outcome: Object.freeze(outcomeOf(rule)) });
}

function outcomeOf({ ratio, keep }: SamplingRule): SamplingOutcome {
  return ratio === undefined ? { kind: keep === true ? 'keep' : 'drop' } : { kind: 'ratio', ratio };
}

function textCondition(attribute: string, test: TextTest | undefined): readonly SamplingCondition[] {
  return test === undefined ? [] : [{ attribute, matches: (value) => typeof value === 'string' && test(value) }];
}

function hostTest(pattern: SamplingPattern): TextTest {
  if (typeof pattern !== 'string') {
    return patternTest(statelessPattern(pattern, true));
  }
  const test = compileWildcard(pattern.toLowerCase());
  return (text) => test(text.toLowerCase());
}

/** As the ignore rules compare paths: a slash at the end does not count. */
function pathTest(pattern: SamplingPattern): TextTest {
  if (typeof pattern !== 'string') {
    return patternTest(statelessPattern(pattern));
  }
  if (isWildcard(pattern)) {
    return compilePathGlob(pattern);
  }
  const path = withoutTrailingSlash(pattern.startsWith('/') ? pattern : `/${pattern}`);
  return (text) => withoutTrailingSlash(text) === path;
}

function valueTest(expected: SamplingValue): (item: unknown) => boolean {
  if (typeof expected === 'string') {
    const test = compileWildcard(expected);
    return (item) => typeof item === 'string' && test(item.slice(0, MAX_TEXT_LENGTH));
  }
  if (typeof expected === 'object') {
    const test = patternTest(statelessPattern(expected));
    return (item) => test(String(item));
  }
  return (item) => item === expected;
}

function patternTest(pattern: RegExp): TextTest {
  return (text) => pattern.test(text.slice(0, MAX_TEXT_LENGTH));
}

function anyItem(test: (item: unknown) => boolean): (value: AttributeValue) => boolean {
  return (value) => (Array.isArray(value) ? value.some(test) : test(value));
}
