import type { ExpressApplication, ExpressRequest } from '../express-request.js';
import { matchedMember, mountTemplate, type MountMatch, type RouterLayer } from './router-layer.js';
import { routerOf } from '../routing/application-router.js';
import type { TrailPlace } from '../routing/trail-mark.js';
import { joinTemplates, membersOf, pathOf, patternText } from '../routing/route-template.js';

/** Routers are nested a few levels deep; a router that is mounted within itself must not be followed for ever. */
const MAX_DEPTH = 16;

const START: MountMatch = { template: '', length: 0 };

/**
 * Where the router stands that calls a handler, found in the application's tree of routers. For the first request
 * only: those after it are followed from the beginning.
 */
export function placeOfHandler(request: ExpressRequest, handler: unknown): TrailPlace {
  const { app, baseUrl = '' } = request;
  const path = pathOf(request.originalUrl);
  const outer = app === undefined ? START : mountedAt(app, path);
  const calls = (layer: RouterLayer): boolean =>
    layer.handle === handler || stackOf(layer.route).some((inner) => inner.handle === handler);
  for (const way of waysTo(calls, stackOf(app), [])) {
    const router = goDown(outer, way.slice(0, -1), path);
    const last = way.at(-1);
    const own = last === undefined || last.route !== undefined ? router : goBelow(router, last, path);
    // Several ways may lead to a handler; the one that was gone has matched what Express says is matched.
    if (router !== undefined && own?.length === baseUrl.length) {
      return { baseUrl: baseUrl.slice(0, router.length), template: router.template };
    }
  }
  return { baseUrl: '', template: '' };
}

/** The whole template of the route that a request is in, if it stands in an application's tree where the path leads. */
export function templateOfRoute(request: ExpressRequest, app: ExpressApplication): string | undefined {
  const path = pathOf(request.originalUrl);
  const outer = mountedAt(app, path);
  for (const way of waysTo((layer) => layer.route === request.route, stackOf(app), [])) {
    const router = goDown(outer, way.slice(0, -1), path);
    const last = way.at(-1);
    const rest = path.slice(router?.length ?? 0) || '/';
    if (router !== undefined && last?.route !== undefined && mountTemplate(last, { path: rest }) !== undefined) {
      return joinTemplates(router.template, patternText(matchedMember(last, last.route.path, rest)));
    }
  }
  return undefined;
}

/** Where an application is mounted within others, as they tell it. */
function mountedAt(app: ExpressApplication, path: string): MountMatch {
  const { parent, mountpath } = app;
  const [anyLayer] = stackOf(parent);
  if (parent === undefined || anyLayer === undefined) {
    return START;
  }
  const outer = mountedAt(parent, path);
  const matches = membersOf(mountpath ?? '/').map((pattern) => goBelow(outer, anyLayer, path, pattern));
  return matches.find((match) => match !== undefined) ?? outer;
}

function goDown(outer: MountMatch, mounts: readonly RouterLayer[], path: string): MountMatch | undefined {
  return mounts.reduce<MountMatch | undefined>((above, layer) => goBelow(above, layer, path), outer);
}

// oxlint-disable-next-line max-params -- a step of a reduction
function goBelow(
  above: MountMatch | undefined,
  layer: RouterLayer,
  path: string,
  pattern?: string | RegExp,
): MountMatch | undefined {
  const rest = path.slice(above?.length ?? 0) || '/';
  const mount = above && mountTemplate(layer, { path: rest, ...(pattern === undefined ? {} : { pattern }) });
  return mount && { template: joinTemplates(above.template, mount.template), length: above.length + mount.length };
}

function* waysTo(
  isWanted: (layer: RouterLayer) => boolean,
  stack: readonly RouterLayer[],
  above: readonly RouterLayer[],
): Generator<readonly RouterLayer[]> {
  for (const layer of stack) {
    if (isWanted(layer)) {
      yield [...above, layer];
    } else if (layer.route === undefined && above.length < MAX_DEPTH) {
      yield* waysTo(isWanted, stackOf(layer.handle), [...above, layer]);
    }
  }
}

/** The layers of a router, or of the router of an application. */
export function stackOf(value: unknown): readonly RouterLayer[] {
  return (routerOf(value)?.stack ?? []) as readonly RouterLayer[];
}
