import type { PathPattern } from '../express-request.js';

/** The text of a pattern: a template as it was written, a regular expression's source. */
export function patternText(pattern: PathPattern | undefined): string {
  if (pattern instanceof RegExp) {
    return pattern.source;
  }
  return typeof pattern === 'string' ? pattern : '';
}

/** All patterns of a list, of its nested lists too. */
export function membersOf(pattern: PathPattern): (string | RegExp)[] {
  return ([pattern] as readonly unknown[]).flat(Infinity) as (string | RegExp)[];
}

/** Puts a pattern behind the template of the place where its router is mounted. */
export function joinTemplates(prefix: string, pattern: string): string {
  if (pattern === '' || pattern === '/') {
    return prefix === '' ? pattern : prefix;
  }
  return prefix.endsWith('/') && pattern.startsWith('/') ? prefix + pattern.slice(1) : prefix + pattern;
}

/** The path of a request's target; of an absolute target too. */
export function pathOf(target: string | undefined): string {
  const path = (target ?? '/').replace(/^\w+:\/\/[^/?]*/, '');
  const end = path.search(/[?#]/);
  return (end === -1 ? path : path.slice(0, end)) || '/';
}
