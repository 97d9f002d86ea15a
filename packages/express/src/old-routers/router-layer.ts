import { sharedState } from '@otelier/core/adapter';
import type { PathPattern } from '../express-request.js';
import { membersOf } from '../routing/route-template.js';
import { segmentTemplate, type Params } from './segment-template.js';

/** A layer of a router, of Express 4 (`regexp`, `keys`) or Express 5 (`matchers`), as far as it is read. */
export interface RouterLayer {
  readonly handle: unknown;
  readonly name?: string;
  readonly route?: { readonly path: PathPattern };
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: readonly { readonly name: string | number }[];
  readonly slash?: boolean;
  readonly matchers?: readonly PathMatcher[];
}

type PathMatcher = (path: string) => PathMatch | false;

interface PathMatch {
  readonly path: string;
  readonly params: Params;
}

/** A part of the path that a layer matched, as a template. */
export interface MountMatch {
  readonly template: string;
  /** How much of the path it took. */
  readonly length: number;
}

/** A path, and the pattern to try on it in place of the layer's own. */
export interface MountProbe {
  readonly path: string;
  readonly pattern?: string | RegExp;
  /** Whether the pattern must match all of the path. */
  readonly whole?: boolean;
}

const NOTHING: MountMatch = { template: '', length: 0 };

/** What stands for the path of a mount whose pattern can't be told. */
const ANYTHING = '/*';

/** Matches a layer against a path and recovers its template, which `router` did not keep before 2.3. */
export function mountTemplate(layer: RouterLayer, probe: MountProbe): MountMatch | undefined {
  const { path, pattern } = probe;
  if (pattern === undefined) {
    return layer.regexp === undefined ? fromMatchers(layer, path) : fromRegexp(layer, layer.regexp, path);
  }
  const match = mountTemplate(layerFor(layer, pattern, probe.whole === true), { path });
  const template = pattern instanceof RegExp ? pattern.source : pattern;
  return match === undefined ? undefined : { template: template === '/' ? '' : template, length: match.length };
}

/** Of a list of patterns, the one that matched. */
export function matchedMember(layer: RouterLayer, pattern: PathPattern, path: string): PathPattern | undefined {
  if (!Array.isArray(pattern)) {
    return pattern;
  }
  return membersOf(pattern).find((member) => mountTemplate(layer, { pattern: member, path, whole: true }) !== undefined);
}

/** A layer for another pattern, of the same kind as one that is at hand; it belongs to no router. */
function layerFor(layer: RouterLayer, pattern: string | RegExp, whole: boolean): RouterLayer {
  const Layer = layer.constructor as new (path: PathPattern, options: object, handle: () => void) => RouterLayer;
  return new Layer(pattern, { end: whole, strict: false, sensitive: false }, () => {});
}

/** Express 4: the groups of the generated expression are the parameters. */
function fromRegexp(layer: RouterLayer, regexp: RegExp & { fast_slash?: boolean }, path: string): MountMatch | undefined {
  if (regexp.fast_slash === true) {
    return NOTHING;
  }
  const match = new RegExp(regexp.source, `${regexp.flags.replace(/[dgy]/g, '')}d`).exec(path);
  if (match === null) {
    return undefined;
  }
  const template = isGenerated(regexp.source)
    ? asWritten(replaceGroups(match, layer.keys ?? []), regexp.source)
    : regexp.source;
  return { template: withoutTrailingSlash(template), length: withoutTrailingSlash(match[0]).length };
}

/** Whether Express made the expression of a string: what stands outside its groups is plain text. */
function isGenerated(source: string): boolean {
  if (!source.startsWith('^') || !source.endsWith('\\/?(?=\\/|$)')) {
    return false;
  }
  let outside = source.replaceAll('(?=\\/|$)', '');
  for (let before = ''; before !== outside; ) {
    before = outside;
    outside = before.replace(/\((?:[^()\\[\]]|\\.|\[(?:[^\]\\]|\\.)*\])*\)\??/g, '');
  }
  return !/\\[a-z]|[[\]{}()+*]|(^|[^\\])\./i.test(outside);
}

/** A path matches in any case; the template has the pattern's. */
function asWritten(template: string, source: string): string {
  const written = source.replaceAll('\\', '');
  const lower = written.toLowerCase();
  return template.replace(/[^/]+/g, (segment) => {
    const at = lower.indexOf(segment.toLowerCase());
    return at === -1 ? segment : written.slice(at, at + segment.length);
  });
}

function replaceGroups(match: RegExpExecArray, keys: readonly { readonly name: string | number }[]): string {
  let template = '';
  let position = 0;
  (match.indices ?? []).slice(1).forEach((span, index) => {
    if (span === undefined || span[0] < position) {
      return;
    }
    const name = keys[index]?.name;
    template += match[0].slice(position, span[0]) + (typeof name === 'string' ? `:${name}` : '*');
    position = span[1];
  });
  return template + match[0].slice(position);
}

/** Express 5 before `router` 2.3 keeps nothing of a pattern but what it matches. */
function fromMatchers(layer: RouterLayer, path: string): MountMatch | undefined {
  if (layer.slash === true) {
    return NOTHING;
  }
  for (const matcher of layer.matchers ?? []) {
    const match = tryMatch(matcher, path);
    if (match !== undefined) {
      const matched = withoutTrailingSlash(match.path);
      // The name of the router's own matcher for regular expressions, whose source it keeps to itself.
      const isRegexp = matcher.name === 'regexpMatcher';
      const template = isRegexp ? ANYTHING : (replaceSegments(matcher, matched, match.params) ?? ANYTHING);
      return { template: firstSpelling(matcher, template), length: matched.length };
    }
  }
  return undefined;
}

/** A path matches in any case, and how the pattern is written can't be told: the first spelling stands for all. */
function firstSpelling(matcher: PathMatcher, template: string): string {
  const spellings = sharedState('express.spellings', () => new WeakMap<PathMatcher, Map<string, string>>());
  const known = spellings.get(matcher) ?? new Map<string, string>();
  spellings.set(matcher, known);
  const lower = template.toLowerCase();
  const spelling = known.get(lower) ?? template;
  known.set(lower, spelling);
  return spelling;
}

/** `undefined` when a value can't be found in the path: it would stand in the template otherwise. */
function replaceSegments(matcher: PathMatcher, matched: string, params: Params): string | undefined {
  const segments = matched.split('/');
  const template: string[] = [];
  const found = new Set<string>();
  segments.forEach((segment, index) => {
    const { text, names } = segmentTemplate(segment, params, (other) => {
      return tryMatch(matcher, segments.with(index, other).join('/'))?.params;
    });
    names.forEach((name) => found.add(name));
    // A wildcard takes several segments and stands once.
    if (!text.startsWith('*') || template.at(-1) !== text) {
      template.push(text);
    }
  });
  return Object.keys(params).every((name) => found.has(name)) ? template.join('/') : undefined;
}

function tryMatch(matcher: PathMatcher, path: string): PathMatch | undefined {
  try {
    return matcher(path) || undefined;
  } catch {
    // A path that can't be decoded matches nothing; Express has answered 400 for it.
    return undefined;
  }
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
