import type { Attributes, AttributeValue } from '@opentelemetry/api';
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
  /**
   * On which spans it can be: those of requests that come (`SERVER`), others never match; those of HTTP, as others have
   * such an attribute at their beginning if at all; or any.
   */
  readonly belongsTo: 'request' | 'http' | 'any';
  /** @param all - the span's other attributes */
  readonly matches: (value: AttributeValue, all: Attributes) => boolean;
}

/** A rule, settled. */
export interface ResolvedSamplingRule {
  readonly conditions: readonly SamplingCondition[];
  readonly outcome: SamplingOutcome;
}

type TextTest = (text: string) => boolean;

/** Longer texts are searched up to here, in characters: what comes from outside must not set the cost. */
const MAX_TEXT_LENGTH = 8192;

const HTTP_ATTRIBUTE = /^(http|url)\./;

/** Makes the tests of a rule whose options have been checked. */
export function resolveSamplingRule(rule: SamplingRule): ResolvedSamplingRule {
  const methods = rule.method === undefined ? undefined : [rule.method].flat().map((method) => method.toUpperCase());
  const conditions = [
    ...(methods === undefined ? [] : [methodCondition(methods)]),
    ...textCondition('server.address', rule.host === undefined ? undefined : hostTest(rule.host)),
    ...textCondition('url.path', rule.path === undefined ? undefined : pathTest(rule.path)),
    ...textCondition('http.route', rule.route === undefined ? undefined : pathTest(rule.route)),
    ...Object.entries(rule.attributes ?? {}).map(([attribute, value]) => attributeCondition(attribute, value)),
  ];
  return Object.freeze({ conditions: Object.freeze(conditions), outcome: Object.freeze(outcomeOf(rule)) });
}

function outcomeOf({ ratio, keep }: SamplingRule): SamplingOutcome {
  return ratio === undefined ? { kind: keep === true ? 'keep' : 'drop' } : { kind: 'ratio', ratio };
}

function textCondition(attribute: string, test: TextTest | undefined): readonly SamplingCondition[] {
  const matches = (value: AttributeValue): boolean => typeof value === 'string' && test?.(value) === true;
  return test === undefined ? [] : [{ attribute, belongsTo: 'request', matches }];
}

/** A method that the conventions don't know is `_OTHER`, and stands beside it. */
function methodCondition(methods: readonly string[]): SamplingCondition {
  const isOne = (value: unknown): boolean => typeof value === 'string' && methods.includes(value.toUpperCase());
  return {
    attribute: 'http.request.method',
    belongsTo: 'request',
    matches: (value, all) => isOne(value) || isOne(all['http.request.method_original']),
  };
}

function attributeCondition(attribute: string, value: SamplingValue): SamplingCondition {
  const belongsTo = HTTP_ATTRIBUTE.test(attribute) ? 'http' : 'any';
  return { attribute, belongsTo, matches: anyItem(valueTest(value)) };
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
