import type { ExpressApplication, ExpressRequest, PathPattern } from './express-request.js';
import { mountTemplate, type RouterLayer } from './router-layer.js';
import { joinTemplates, patternText } from './route-template.js';

/** A way down from an application's router to a route: the layers of the routers between, then the route's own. */
type Way = readonly RouterLayer[];

/** Routers are nested a few levels deep; a router that is mounted within itself must not be followed for ever. */
const MAX_DEPTH = 16;

/**
 * The template of the route that a request matched, for the versions of Express that do not publish it (4, and 5
 * before 5.3): the application's tree of routers is read, and nothing in it is changed.
 */
export function routeFromTree(request: ExpressRequest): string | undefined {
  const { app, route } = request;
  if (app === undefined || route === undefined) {
    return undefined;
  }
  const path = pathOf(request);
  const { prefix, rest } = mountedAt(app, path);
  for (const way of waysTo(route, stackOf(app), [])) {
    const template = matchWay(way, rest);
    if (template !== undefined) {
      return joinTemplates(prefix, template);
    }
  }
  return undefined;
}

/** The path before any router trimmed it. */
function pathOf(request: ExpressRequest): string {
  const target = request.originalUrl ?? request.url ?? '/';
  const end = target.search(/[?#]/);
  return end === -1 ? target : target.slice(0, end);
}

/** Where an application is mounted within others, as they tell it, and what of the path is left for it. */
function mountedAt(app: ExpressApplication, path: string): { prefix: string; rest: string } {
  const { parent, mountpath } = app;
  if (parent === undefined) {
    return { prefix: '', rest: path };
  }
  const outer = mountedAt(parent, path);
  const patterns = Array.isArray(mountpath) ? (mountpath as readonly string[]) : [String(mountpath ?? '/')];
  const [anyLayer] = stackOf(parent);
  for (const pattern of patterns) {
    const mount = anyLayer === undefined ? undefined : mountTemplate(anyLayer, { pattern, path: outer.rest });
    if (mount !== undefined) {
      return { prefix: joinTemplates(outer.prefix, mount.template), rest: outer.rest.slice(mount.length) || '/' };
    }
  }
  return outer;
}

function* waysTo(route: object, stack: readonly RouterLayer[], above: Way): Generator<Way> {
  for (const layer of stack) {
    if (layer.route === route) {
      yield [...above, layer];
    } else if (layer.route === undefined && above.length < MAX_DEPTH) {
      yield* waysTo(route, stackOf(layer.handle), [...above, layer]);
    }
  }
}

/** The template of a way, when each of its layers matches its part of the path. */
function matchWay(way: Way, path: string): string | undefined {
  let prefix = '';
  let rest = path;
  for (const layer of way) {
    if (layer.route !== undefined) {
      const member = matchedMember(layer, layer.route.path, rest);
      return member === undefined ? undefined : joinTemplates(prefix, patternText(member));
    }
    const mount = mountTemplate(layer, { path: rest });
    if (mount === undefined) {
      return undefined;
    }
    prefix = joinTemplates(prefix, mount.template);
    rest = rest.slice(mount.length) || '/';
  }
  return undefined;
}

/** Of a list of patterns, the one that matched. */
function matchedMember(layer: RouterLayer, pattern: PathPattern, path: string): string | RegExp | undefined {
  if (typeof pattern === 'string' || pattern instanceof RegExp) {
    return pattern;
  }
  const members = (pattern as readonly unknown[]).flat(Infinity) as (string | RegExp)[];
  return members.find((member) => mountTemplate(layer, { pattern: member, path, whole: true }) !== undefined);
}

/** The layers of a router, or of the router of an application. */
function stackOf(value: unknown): readonly RouterLayer[] {
  const holder = value as { stack?: unknown; _router?: { stack?: unknown } } | null | undefined;
  const stack = holder?.stack ?? holder?._router?.stack ?? modernRouter(value)?.stack;
  return Array.isArray(stack) ? (stack as RouterLayer[]) : [];
}

/** Version 4 throws when an application's `router` is read. */
function modernRouter(value: unknown): { stack?: unknown } | undefined {
  try {
    return (value as { router?: { stack?: unknown } } | null | undefined)?.router;
  } catch {
    return undefined;
  }
}
