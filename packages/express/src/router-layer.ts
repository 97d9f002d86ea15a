import type { PathPattern } from './express-request.js';

/** A layer of a router, of Express 4 (`regexp`, `keys`) or Express 5 (`matchers`), as far as it is read. */
export interface RouterLayer {
  readonly handle: unknown;
  readonly route?: { readonly path: PathPattern };
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: readonly { readonly name: string | number }[];
  readonly slash?: boolean;
  readonly matchers?: readonly PathMatcher[];
}

type PathMatcher = (path: string) => PathMatch | false;
type Params = Readonly<Record<string, string | readonly string[]>>;

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

/** A segment that no static part of a template is equal to. */
const SENTINEL = 'otelier-0a6e';
const NOTHING: MountMatch = { template: '', length: 0 };

/** Matches a layer against a path and recovers its template, which Express did not keep before 5.3. */
export function mountTemplate(layer: RouterLayer, probe: MountProbe): MountMatch | undefined {
  const { path, pattern } = probe;
  if (pattern === undefined) {
    return layer.regexp === undefined ? fromMatchers(layer, path) : fromRegexp(layer, layer.regexp, path);
  }
  const match = mountTemplate(layerFor(layer, pattern, probe.whole === true), { path });
  const template = pattern instanceof RegExp ? pattern.source : pattern;
  return match === undefined ? undefined : { template: template === '/' ? '' : template, length: match.length };
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
  const match = new RegExp(regexp.source, `${regexp.flags.replace('d', '')}d`).exec(path);
  if (match === null) {
    return undefined;
  }
  const isGenerated = regexp.source.startsWith('^') && regexp.source.endsWith('(?=\\/|$)');
  const template = isGenerated ? replaceGroups(match, layer.keys ?? []) : regexp.source;
  return { template: withoutTrailingSlash(template), length: withoutTrailingSlash(match[0]).length };
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

/** Express 5 before 5.3: a segment is a parameter when another value in its place ends up in that parameter. */
function fromMatchers(layer: RouterLayer, path: string): MountMatch | undefined {
  if (layer.slash === true) {
    return NOTHING;
  }
  for (const matcher of layer.matchers ?? []) {
    const match = tryMatch(matcher, path);
    if (match !== undefined) {
      const matched = withoutTrailingSlash(match.path);
      // The name of the router's own matcher for regular expressions, whose source it keeps to itself.
      const template = matcher.name === 'regexpMatcher' ? '/*' : replaceSegments(matcher, matched, match.params);
      return { template, length: matched.length };
    }
  }
  return undefined;
}

function replaceSegments(matcher: PathMatcher, matched: string, params: Params): string {
  const segments = matched.split('/');
  const template: string[] = [];
  segments.forEach((segment, index) => {
    const text = segmentTemplate(segment, params, (other) => {
      const path = segments.with(index, other).join('/');
      return tryMatch(matcher, path)?.params;
    });
    // A wildcard takes several segments and stands once.
    if (!text.startsWith('*') || template.at(-1) !== text) {
      template.push(text);
    }
  });
  return template.join('/');
}

function segmentTemplate(segment: string, params: Params, paramsWith: (other: string) => Params | undefined): string {
  for (const [name, value] of Object.entries(params)) {
    const values = typeof value === 'string' ? [value] : value;
    const part = values.map(encodedIn(segment)).find((text) => text !== undefined);
    if (part === undefined) {
      continue;
    }
    const found = paramsWith(segment.replace(part, SENTINEL))?.[name];
    if (found === SENTINEL) {
      return segment.replace(part, `:${name}`);
    }
    if (Array.isArray(found) && found.includes(SENTINEL)) {
      return `*${name}`;
    }
  }
  return segment;
}

/** How a decoded value stands in a segment of the path. */
function encodedIn(segment: string): (value: string) => string | undefined {
  return (value) => [value, encodeURIComponent(value), segment].find((text) => text !== '' && segment.includes(text));
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
