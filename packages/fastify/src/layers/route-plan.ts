import { functionName, sharedState } from '@otelier/core/adapter';
import type { FastifyRequest, RouteOptions } from 'fastify';
import { PHASES, type Phase } from './phase.js';

/** What is known of a route whose hooks and handler get spans. */
export interface RoutePlan {
  /** The handler, as the application gave it. */
  readonly handler: unknown;
  /** The route's own error handler. */
  readonly errorHandler: unknown;
  /** The name of the hook that ends the route's phases, its own among all routes. */
  readonly endName: string;
  /** The names of the functions in each phase that has other hooks than Otelier's. */
  hooks: ReadonlyMap<Phase, readonly string[]>;
}

/** The name of the hooks that begin a phase. */
export const START_NAME = 'otelierStart';

const PLAN = Symbol('otelier.plan');

/** Every hook of a phase, as `printRoutes({ includeHooks: true })` writes it: `• (onRequest) ["auth()","anonymous()"]`. */
const PRINTED_HOOKS = /• \((\w+)\) (\[.*\])$/gm;

/** What Fastify itself puts into the routes that it makes for HEAD. */
const FASTIFY_OWN = 'headRouteOnSendHandler';

/** Makes the plan of a route; its own hooks are known already. */
export function createPlan(route: RouteOptions): RoutePlan {
  const own = PHASES.map((phase) => [phase, namesOf(route[phase])] as const);
  return {
    handler: route.handler,
    errorHandler: route.errorHandler,
    endName: `otelierEnd${nextNumber()}`,
    hooks: new Map(own.filter(([, names]) => names.length > 0)),
  };
}

/** Hangs a plan on a route that is being added, where its requests find it. */
export function attachPlan(route: RouteOptions, plan: RoutePlan): void {
  route.config = Object.assign({ ...route.config }, { [PLAN]: plan });
}

/** The plan of a request's route; none for a 404, and for a route that was added before the plugin. */
export function planOf({ routeOptions }: FastifyRequest): RoutePlan | undefined {
  return (routeOptions.config as { readonly [PLAN]?: RoutePlan })[PLAN];
}

/**
 * Completes plans with the hooks of the instances around their routes, which Fastify tells in no other way than by
 * printing its routes. A route's are found by the name of the hook that ends its phases.
 *
 * @param fromFirst - whether onRequest begins before the first hook, not at Otelier's own
 */
export function readPlans(printed: string, plans: Iterable<RoutePlan>, fromFirst: boolean): void {
  const lists = [...printed.matchAll(PRINTED_HOOKS)].map(([, phase = '', list = '']) => ({ phase, names: parseNames(list) }));
  for (const plan of plans) {
    const ownLists = lists.filter(({ names }) => names.includes(plan.endName));
    const read = ownLists.map(({ phase, names }) => {
      const start = fromFirst && phase === 'onRequest' ? 0 : names.indexOf(START_NAME) + 1;
      return [phase as Phase, names.slice(start, names.indexOf(plan.endName)).filter(isForeign)] as const;
    });
    if (read.length > 0) {
      plan.hooks = new Map(read.filter(([, names]) => names.length > 0));
    }
  }
}

function parseNames(list: string): readonly string[] {
  try {
    return (JSON.parse(list) as string[]).map((name) => name.replace(/\(\)$/, ''));
  } catch {
    // The path of a route can look like a list.
    return [];
  }
}

function namesOf(hooks: unknown): readonly string[] {
  return ([hooks ?? []].flat() as readonly unknown[]).map((hook) => functionName(hook) ?? 'anonymous').filter(isForeign);
}

function isForeign(name: string): boolean {
  return name !== START_NAME && name !== FASTIFY_OWN;
}

/** Several plugins, of two copies of the package too, may be registered in one application. */
function nextNumber(): number {
  const numbers = sharedState('fastify.route-plans', () => ({ last: 0 }));
  numbers.last += 1;
  return numbers.last;
}
