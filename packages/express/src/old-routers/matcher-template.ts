import { sharedState } from '@otelier/core/adapter';
import { isOwnText, markParameters, nameMarks, type Params } from './parameter-marks.js';

/** What Express 5 before `router` 2.3 keeps of a pattern: what it matches. */
export type PathMatcher = (path: string) => PathMatch | false;

interface PathMatch {
  readonly path: string;
  readonly params: Params;
}

/** What stands for a pattern that can't be told. */
const ANYTHING = '/*';

/** The first of some patterns that matches a path, as a template, and how much of the path it took. */
export function templateOfMatchers(
  matchers: readonly PathMatcher[],
  path: string,
): { template: string; matched: string } | undefined {
  for (const matcher of matchers) {
    const match = tryMatch(matcher, path);
    if (match !== undefined) {
      const matched = match.path.length > 1 && match.path.endsWith('/') ? match.path.slice(0, -1) : match.path;
      const template = isRegularExpression(match) ? undefined : recoverTemplate(matcher, matched);
      return { template: template ?? ANYTHING, matched };
    }
  }
  return undefined;
}

/**
 * The router keeps the source of a regular expression to itself. Its matcher differs from that of a path in the object
 * that it puts parameters in (the function's name does too, until somebody minifies the program).
 */
function isRegularExpression(match: PathMatch): boolean {
  return Object.getPrototypeOf(match.params) !== null;
}

/** `undefined` when something could be left of a value. */
function recoverTemplate(matcher: PathMatcher, matched: string): string | undefined {
  const ask = (other: string): Params | undefined => {
    const match = matcher(other);
    return match !== false && match.path.length >= other.length ? match.params : undefined;
  };
  const params = ask(matched);
  const marked = params && markParameters(matched, params, ask);
  if (params === undefined || marked === undefined) {
    return undefined;
  }
  // A path matches in any case, and how the pattern is written can't be told: the first spelling stands for all.
  const spellings = spellingsOf(matcher);
  const template = nameMarks(marked, params);
  const known = spellings.get(template.toLowerCase());
  if (known === undefined && isOwnText(marked, params, ask)) {
    spellings.set(template.toLowerCase(), template);
    return template;
  }
  return known;
}

/** The templates that a pattern was found to have, by their text in lower case: no more than its optional parts make. */
function spellingsOf(matcher: PathMatcher): Map<string, string> {
  const all = sharedState('express.spellings', () => new WeakMap<PathMatcher, Map<string, string>>());
  const spellings = all.get(matcher) ?? new Map<string, string>();
  all.set(matcher, spellings);
  return spellings;
}

function tryMatch(matcher: PathMatcher, path: string): PathMatch | undefined {
  try {
    return matcher(path) || undefined;
  } catch {
    // A path that can't be decoded matches nothing; Express has answered 400 for it.
    return undefined;
  }
}
