import {
  trace,
  TraceFlags,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { CompositePropagator } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import type { PropagatorName } from '../options/resolved-options.js';
import { BaggagePropagator } from '../propagation/baggage-propagator.js';
import { TraceContextPropagator } from '../propagation/trace-context-propagator.js';
import { requestScope } from '../tracing/request-scope.js';

const PROPAGATORS: Readonly<Record<PropagatorName, () => TextMapPropagator>> = {
  tracecontext: () => new TraceContextPropagator(),
  baggage: () => new BaggagePropagator(),
  b3: () => new RequestAwarePropagator(new B3Propagator()),
  b3multi: () => new RequestAwarePropagator(new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER })),
};

/** Several ways in which the context goes from service to service as one; what the later ones find wins. */
export function createPropagator(names: readonly PropagatorName[]): TextMapPropagator {
  return new CompositePropagator({ propagators: names.map((name) => PROPAGATORS[name]()) });
}

/** Tells those behind an ignored request that nobody keeps its spans, so that they need not either. */
class RequestAwarePropagator implements TextMapPropagator {
  constructor(private readonly propagator: TextMapPropagator) {}

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = requestScope(context)?.ignored === true ? trace.getSpanContext(context) : undefined;
    const within = span === undefined ? context : trace.setSpanContext(context, { ...span, traceFlags: TraceFlags.NONE });
    this.propagator.inject(within, carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return this.propagator.extract(context, carrier, getter);
  }

  fields(): string[] {
    return this.propagator.fields();
  }
}
