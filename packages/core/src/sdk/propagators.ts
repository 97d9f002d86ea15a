import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator } from '@opentelemetry/core';
import { lazily } from '../lazily.js';
import type { PropagatorName } from '../options/resolved-options.js';
import { BaggagePropagator } from '../propagation/baggage-propagator.js';
import { TraceContextPropagator } from '../propagation/trace-context-propagator.js';
import type * as B3Propagators from './b3-propagators.js';

const b3 = lazily(() => require('./b3-propagators.js') as typeof B3Propagators);

const PROPAGATORS: Readonly<Record<PropagatorName, () => TextMapPropagator>> = {
  tracecontext: () => new TraceContextPropagator(),
  baggage: () => new BaggagePropagator(),
  b3: () => b3().createB3Propagator('single'),
  b3multi: () => b3().createB3Propagator('multiple'),
};

/** Several ways in which the context goes from service to service as one; what the later ones find wins. */
export function createPropagator(names: readonly PropagatorName[]): TextMapPropagator {
  return new CompositePropagator({ propagators: names.map((name) => PROPAGATORS[name]()) });
}
