import type { PathPattern } from '../express-request.js';
import { membersOf } from '../routing/route-template.js';
import { membersOfExpression } from './expression-members.js';
import { templateOfMatchers, type PathMatcher } from './matcher-template.js';
import type { ParameterKey } from './written-pattern.js';

/** A layer of a router, of Express 4 (`regexp`, `keys`) or Express 5 (`matchers`), as far as it is read. */
export interface RouterLayer {
  readonly handle: unknown;
  readonly name?: string;
  readonly route?: { readonly path: PathPattern };
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: readonly ParameterKey[];
  readonly slash?: boolean;
  readonly matchers?: readonly PathMatcher[];
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

/**
 * Matches a layer against a path and recovers its template, which `router` did not keep before 2.3. What the template
 * holds is the pattern's own: nothing of the path, which may hold secrets, and other values in each request.
 */
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

/** Express 4 */
function fromRegexp(layer: RouterLayer, regexp: RegExp & { fast_slash?: boolean }, path: string): MountMatch | undefined {
  if (regexp.fast_slash === true) {
    return NOTHING;
  }
  for (const { template, expression } of membersOfExpression(regexp, layer.keys ?? [])) {
    const match = expression.exec(path);
    if (match !== null) {
      return { template: withoutTrailingSlash(template), length: withoutTrailingSlash(match[0]).length };
    }
  }
  return undefined;
}

/** Express 5 before `router` 2.3 */
function fromMatchers(layer: RouterLayer, path: string): MountMatch | undefined {
  if (layer.slash === true) {
    return NOTHING;
  }
  const found = templateOfMatchers(layer.matchers ?? [], path);
  return found && { template: found.template, length: found.matched.length };
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
