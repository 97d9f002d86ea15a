import { metrics } from '@opentelemetry/api';
import { sharedState } from '../shared-state.js';

/**
 * What belongs to the meter provider that is registered now, made once for each: a set-up that follows another has
 * instruments of its own.
 *
 * @param name - of the slot in which it is kept
 */
export function perProvider<Instruments extends object>(name: string, create: () => Instruments): Instruments {
  const provider = metrics.getMeterProvider();
  const known = sharedState(name, () => new WeakMap<object, Instruments>());
  const instruments = known.get(provider) ?? create();
  known.set(provider, instruments);
  return instruments;
}
