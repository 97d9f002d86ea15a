import { compileWildcard, isWildcard } from '../text/wildcard.js';
import { statelessPattern } from '../text/stateless-pattern.js';

/** Names of headers: one name, a glob such as `x-*`, or a regular expression; all in any case. */
export type HeaderPattern = string | RegExp;

/** Makes the test whether one of the patterns is for a name, which is given in lower case. */
export function createNameMatcher(patterns: readonly HeaderPattern[]): (name: string) => boolean {
  const texts = patterns.filter((pattern) => typeof pattern === 'string').map((text) => text.trim().toLowerCase());
  const names = new Set(texts.filter((text) => !isWildcard(text)));
  const globs = texts.filter(isWildcard).map(compileWildcard);
  const expressions = patterns
    .filter((pattern) => typeof pattern !== 'string')
    .map((pattern) => statelessPattern(pattern, true));
  return (name) =>
    names.has(name) || globs.some((matches) => matches(name)) || expressions.some((pattern) => pattern.test(name));
}
