import { guarded, observationOf, reportInternalError } from '@otelier/core/adapter';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { listenToHandlers } from './handler-channel.js';
import { hasPayload, PHASES, type Phase } from './phase.js';
import { describeErrorHandler, describeHandler, enterPhase, failLayer, leavePhase } from './request-layers.js';
import { attachPlan, createPlan, planOf, readPlans, START_NAME, type RoutePlan } from './route-plan.js';

type Done = () => void;

/** A hook of any phase; the last argument is the way on. */
type PhaseHook = (this: FastifyInstance, request: FastifyRequest, ...rest: unknown[]) => void;

/** Where hooks are put. */
export type LayeredInstance = Pick<FastifyInstance, 'addHook' | 'printRoutes'>;

/**
 * Makes a span of each phase of a request in which hooks run, of its handler and of its error handler.
 *
 * A phase begins with Otelier's first hook of it, which stands before those that are added later, and ends with a hook
 * that is put behind all others of the route when that is added. Both are hooks as anybody can add them; Fastify's own
 * `addHook` stays what it is.
 */
export class PhaseHooks {
  private readonly plans: RoutePlan[] = [];

  /** @param fromFirst - whether onRequest begins before Fastify calls its first hook */
  constructor(
    private readonly fastify: LayeredInstance,
    private readonly fromFirst: boolean,
  ) {}

  /** Lets the phases of all requests begin before what is added from now on; those with a hook of Otelier's do so there. */
  addStarts(): void {
    for (const phase of ['preParsing', 'preValidation', 'preHandler', 'preSerialization'] as const) {
      this.fastify.addHook(phase as 'onRequest', startHook(phase) as () => void);
    }
  }

  /** Puts the first and the last hook of each phase around those of a route that is being added. */
  addRoute(route: RouteOptions): void {
    if (this.plans.length === 0) {
      listenToHandlers();
      this.fastify.addHook('onReady', async () => this.readPrinted());
    }
    const plan = createPlan(route);
    this.plans.push(plan);
    attachPlan(route, plan);
    for (const phase of PHASES) {
      const hooks: unknown[] = [startHook(phase), ...[route[phase] ?? []].flat(), endHook(phase, plan)];
      Object.assign(route, { [phase]: hooks });
    }
  }

  /** Without what is printed, a route's own hooks are known. */
  private readPrinted(): void {
    try {
      readPlans(this.fastify.printRoutes({ includeHooks: true }), this.plans, this.fromFirst);
    } catch (error) {
      reportInternalError('reading the hooks of routes', error);
    }
  }
}

/** Names a hook so that it is known again among a route's. */
export function asStart<Hook extends (...args: never[]) => unknown>(hook: Hook): Hook {
  return Object.defineProperty(hook, 'name', { value: START_NAME });
}

/** A phase begins for a request, if its route's layers get spans, and its hooks are called. */
export function startPhase(request: FastifyRequest, phase: Phase, done: Done): void {
  const plan = getsSpans(request) ? planOf(request) : undefined;
  if (plan === undefined) {
    done();
  } else {
    enterPhase(request, { plan, phase }, done);
  }
}

/** An error is on its way to the error handlers. */
export const noteLayerError: (request: FastifyRequest, error: unknown) => void = guarded(
  'noting the error of a layer',
  (request, error) => {
    if (getsSpans(request)) {
      failLayer(request.raw, error);
    }
  },
);

function getsSpans(request: FastifyRequest): boolean {
  return observationOf(request.raw)?.layers !== undefined;
}

function startHook(phase: Phase): PhaseHook {
  const start: PhaseHook = (request, ...rest) => startPhase(request, phase, rest.at(-1) as Done);
  return asStart(withParameters(start, phase));
}

function endHook(phase: Phase, plan: RoutePlan): PhaseHook {
  const end: PhaseHook = function end(request, ...rest) {
    const done = rest.at(-1) as Done;
    if (getsSpans(request)) {
      leavePhase(request, describeNext(this, plan, { phase, request }), done);
    } else {
      done();
    }
  };
  return Object.defineProperty(withParameters(end, phase), 'name', { value: plan.endName });
}

/** Fastify calls the handler behind the last hook of preHandler, and the error handler behind that of onError. */
function describeNext(
  instance: FastifyInstance,
  plan: RoutePlan,
  { phase, request }: { readonly phase: Phase; readonly request: FastifyRequest },
): ReturnType<typeof describeErrorHandler> {
  switch (phase) {
    case 'preHandler':
      return describeHandler(plan, request.routeOptions.url);
    case 'onError':
      return describeErrorHandler(plan.errorHandler ?? instance.errorHandler);
    default:
      return undefined;
  }
}

/** Fastify looks at the number of parameters to tell what a hook takes. */
function withParameters(hook: PhaseHook, phase: Phase): PhaseHook {
  return Object.defineProperty(hook, 'length', { value: hasPayload(phase) ? 4 : 3 });
}
