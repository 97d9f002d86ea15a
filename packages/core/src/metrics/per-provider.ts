import { metrics } from '@opentelemetry/api';
import { sharedState } from '../shared-state.js';

/**
 * What belongs to the meter provider that is registered now, made once for each: a set-up that follows another has
 * instruments of its own.
 *
 * @param name - of the slot in which it is kept
 * @returns gives the instruments
 */
export function perProvider<Instruments extends object>(name: string, create: () => Instruments): () => Instruments {
  let lastProvider: object | undefined;
  let last: Instruments | undefined;
  return () => {
    const provider = metrics.getMeterProvider();
    // Each measurement asks, and the provider is nearly always that of the one before.
    if (last !== undefined && provider === lastProvider) {
      return last;
    }
    const known = sharedState(name, () => new WeakMap<object, Instruments>());
    const instruments = known.get(provider) ?? create();
    known.set(provider, instruments);
    lastProvider = provider;
    last = instruments;
    return instruments;
  };
}
