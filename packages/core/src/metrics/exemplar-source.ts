import { sharedState } from '../shared-state.js';
import type { BoundedHistogram } from './bounded-histogram.js';
import type { ExemplarFilter } from './exemplar.js';

/** Where the exemplars of one meter provider are: in those of its histograms that keep any, by their names. */
export class ExemplarSource {
  private readonly histograms = new Map<string, BoundedHistogram>();

  constructor(readonly filter: ExemplarFilter) {}

  /** Adds a histogram of Otelier's own scope. */
  add(name: string, histogram: BoundedHistogram): void {
    this.histograms.set(name, histogram);
  }

  /** The histogram of that name; `undefined` when it keeps no exemplars. */
  find(name: string): BoundedHistogram | undefined {
    return this.histograms.get(name);
  }
}

function sources(): WeakMap<object, ExemplarSource> {
  return sharedState('metrics.exemplar-sources', () => new WeakMap());
}

/** Ties a source to the meter provider whose histograms are to keep exemplars. */
export function keepExemplars(meterProvider: object, source: ExemplarSource): void {
  sources().set(meterProvider, source);
}

/** The source of a meter provider; an SDK that the application brings has none. */
export function exemplarSource(meterProvider: object): ExemplarSource | undefined {
  return sources().get(meterProvider);
}
