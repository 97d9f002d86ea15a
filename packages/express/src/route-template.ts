import type { PathPattern } from './express-request.js';

/** The text of a pattern: a template as it was written, a regular expression's source. */
export function patternText(pattern: PathPattern | undefined): string {
  if (pattern instanceof RegExp) {
    return pattern.source;
  }
  return typeof pattern === 'string' ? pattern : '';
}

/** Puts a pattern behind the template of the place where its router is mounted. */
export function joinTemplates(prefix: string, pattern: string): string {
  if (pattern === '' || pattern === '/') {
    return prefix === '' ? pattern : prefix;
  }
  return prefix.endsWith('/') && pattern.startsWith('/') ? prefix + pattern.slice(1) : prefix + pattern;
}
