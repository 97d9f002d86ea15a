import type { IncomingMessage } from 'node:http';
import { context } from '@opentelemetry/api';
import { functionName, observationOf, sharedState, type LayerDescription, type LayerSpan } from '@otelier/core/adapter';
import type { FastifyRequest } from 'fastify';
import { SCOPE } from '../version.js';
import type { Phase } from './phase.js';
import type { RoutePlan } from './route-plan.js';

/**
 * The handler of a request, which is over when it has answered and returned. Its promise is no better sign: that of a
 * handler that returns its reply settles when the response has ended.
 */
interface HandlerCall {
  readonly span: LayerSpan;
  /** Whether it has not returned yet; Fastify 4 does not tell of it. */
  running: boolean;
  answered: boolean;
}

/** The layers of one request that are open. */
interface RequestLayers {
  phase: Phase | undefined;
  hooks: LayerSpan | undefined;
  handler: HandlerCall | undefined;
  errorHandler: LayerSpan | undefined;
}

/** A phase begins: the layers before it are over. The hooks of the phase run within its span. */
export function enterPhase(
  request: FastifyRequest,
  { plan, phase }: { readonly plan: RoutePlan; readonly phase: Phase },
  done: () => void,
): void {
  const layers = layersOf(request.raw);
  if (layers.phase !== phase) {
    leaveHooks(layers);
    leaveAnswering(layers, phase);
    layers.phase = phase;
    const names = plan.hooks.get(phase);
    layers.hooks = names && begin(request, describeHooks(phase, names));
  }
  goOn(request, layers.hooks, done);
}

/** All hooks of a phase are over, and what comes next is called. */
export function leavePhase(request: FastifyRequest, next: LayerDescription | undefined, done: () => void): void {
  const layers = layersOf(request.raw);
  const { phase } = layers;
  leaveHooks(layers);
  const span = next && begin(request, next);
  if (phase === 'onError') {
    layers.errorHandler = span;
  } else if (span !== undefined) {
    layers.handler = { span, running: false, answered: false };
  }
  goOn(request, span, done);
}

/** A hook, the handler or the error handler has thrown or sent an error. */
export function failLayer(request: IncomingMessage, error: unknown): void {
  const { hooks, handler, errorHandler } = layersOf(request);
  const running = hooks ?? (handler?.span.isOpen ? handler.span : errorHandler);
  running?.fail(error);
}

/** The handler is called. */
export function callHandler(request: IncomingMessage): void {
  const { handler } = layersOf(request);
  if (handler !== undefined) {
    handler.running = true;
  }
}

/** The handler has returned, a promise maybe. */
export function returnHandler(request: IncomingMessage): void {
  const { handler } = layersOf(request);
  if (handler !== undefined) {
    handler.running = false;
    endAnswered(handler);
  }
}

/** Describes the handler of a route. */
export function describeHandler({ handler }: RoutePlan, route: string | undefined): LayerDescription {
  return { kind: 'handler', label: route, handler, route, attributes: { 'fastify.type': 'request-handler' } };
}

/** Describes an error handler; `undefined` for Fastify's own. */
export function describeErrorHandler(handler: unknown): LayerDescription | undefined {
  const name = functionName(handler);
  return handler === undefined || name === 'defaultErrorHandler'
    ? undefined
    : { kind: 'error handler', label: name, handler, attributes: { 'fastify.type': 'error-handler' } };
}

/** A phase with one hook bears that one's name too. */
function describeHooks(phase: Phase, names: readonly string[]): LayerDescription {
  const [name] = names;
  const isNamed = names.length === 1 && name !== undefined && name !== 'anonymous';
  return {
    kind: 'hook',
    label: phase,
    attributes: { 'fastify.type': 'hook', ...(isNamed ? { 'code.function.name': name } : {}) },
  };
}

function begin(request: FastifyRequest, layer: LayerDescription): LayerSpan | undefined {
  return observationOf(request.raw)?.layers?.begin(layer, { scope: SCOPE });
}

function goOn(request: FastifyRequest, span: LayerSpan | undefined, done: () => void): void {
  const within = span?.context ?? observationOf(request.raw)?.layers?.outside();
  if (within === undefined) {
    done();
  } else {
    context.with(within, done);
  }
}

function leaveHooks(layers: RequestLayers): void {
  layers.hooks?.end();
  layers.hooks = undefined;
  layers.phase = undefined;
}

/** What answers is over when the answer is on its way and it has returned; with an error it is at once. */
function leaveAnswering({ handler, errorHandler }: RequestLayers, phase: Phase): void {
  if (phase === 'onError') {
    handler?.span.end();
  } else if (phase === 'preSerialization' || phase === 'onSend') {
    errorHandler?.end();
    if (handler !== undefined) {
      handler.answered = true;
      endAnswered(handler);
    }
  }
}

function endAnswered({ span, running, answered }: HandlerCall): void {
  if (answered && !running) {
    span.end();
  }
}

function layersOf(request: IncomingMessage): RequestLayers {
  const all = sharedState('fastify.request-layers', () => new WeakMap<IncomingMessage, RequestLayers>());
  const layers = all.get(request) ?? { phase: undefined, hooks: undefined, handler: undefined, errorHandler: undefined };
  all.set(request, layers);
  return layers;
}
