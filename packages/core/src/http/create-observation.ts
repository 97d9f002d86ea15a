import { performance } from 'node:perf_hooks';
import type { ResolvedRequestOptions } from '../options/resolved-request-options.js';
import { protocolVersion } from './facts/request-attributes.js';
import type { RequestFacts } from './facts/request-facts.js';
import type { RequestHead } from './facts/request-head.js';
import { ObservedScope } from './observed-scope.js';
import { RequestMeasurement } from './request-measurement.js';
import { normalizeMethod } from './facts/request-method.js';
import type { ObservationParts } from './observation-parts.js';
import { RequestObservation } from './request-observation.js';
import { startRequest } from './request-start.js';
import { parseTarget } from './facts/request-target.js';

/** One moment on both clocks, in milliseconds. */
export interface Moment {
  readonly millis: number;
  /** On the monotonic clock. */
  readonly tick: number;
}

/** A request as whoever sees it first knows it. */
export interface ObservedRequest extends Pick<ObservationParts, 'framework' | 'answer' | 'resolveRoute'> {
  readonly head: RequestHead;
  readonly facts: RequestFacts;
  /** The request line's target, when it is not the head's. */
  readonly target?: string | undefined;
  /** The instrumentation scope: the adapter's package and version. */
  readonly scope: { readonly name: string; readonly version: string };
  /** When the request came, if that was before now. */
  readonly since?: Moment | undefined;
}

/** The time now. */
export function thisMoment(): Moment {
  return { millis: Date.now(), tick: performance.now() };
}

/** Begins the span and the metrics of a request; whoever calls this ends them. */
export function createObservation(observed: ObservedRequest, options: ResolvedRequestOptions): RequestObservation {
  const { head, facts, framework, answer, since } = observed;
  const method = normalizeMethod(head.method);
  const startMillis = since?.millis ?? Date.now();
  const startTick = since?.tick ?? performance.now();
  const scope = new ObservedScope(observed.scope.name);
  const target = parseTarget(observed.target ?? head.url);
  const arrival = { head, method, target, facts, headers: options.headers };
  const request = { arrival, frameworkRequest: framework.request, instrumentation: observed.scope, scope, startMillis };
  const { span, context, foreign } = startRequest(request, options);
  const silent = foreign !== undefined || (scope.ignored && options.ignoresMetrics);
  const measurement = new RequestMeasurement({
    context,
    startMillis,
    startTick,
    method: method.name,
    scheme: facts.scheme,
    protocolVersion: protocolVersion(head),
    silent,
    bodies: options.bodySizes && !silent ? answer.countBodies() : undefined,
  });
  const { resolveRoute } = observed;
  const { spanName } = method;
  return new RequestObservation({ span, context, foreign, scope, options, measurement, spanName, framework, answer, resolveRoute });
}
