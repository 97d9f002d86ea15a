import type { ValueType } from '@opentelemetry/api';
import { sharedState } from '../../shared-state.js';
import type { ExponentialSum } from './exponential-sum.js';
import type { HistogramSum } from './histogram-sum.js';
import type { NumberSum } from './number-sum.js';
import type { CollectedSum, Collection } from './sum.js';

/** What a metric is called, and what it means. */
export interface MetricDescription {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly valueType: ValueType;
}

/** A histogram that is summed up here. */
export interface SummedHistogram {
  readonly kind: 'histogram';
  readonly described: MetricDescription;
  /** The upper bounds of the buckets, ascending. */
  readonly boundaries: readonly number[];
  /** Those of its series that have something to report, in the buckets that it is described with. */
  collect(collection: Collection): CollectedSum<HistogramSum>[];
  /** The same in exponential buckets. */
  collectExponential(collection: Collection): CollectedSum<ExponentialSum>[];
}

/** How a reader wants histograms. */
export type HistogramKind = 'explicit' | 'exponential';

/** A counter that goes up and down and is summed up here. */
export interface SummedCounter {
  readonly kind: 'upDownCounter';
  readonly described: MetricDescription;
  /** Those of its series that have something to report. */
  collect(collection: Collection): CollectedSum<NumberSum>[];
}

/** An instrument of Otelier's own that needs no SDK to sum up what it measures. */
export type SummedInstrument = SummedHistogram | SummedCounter;

/**
 * The metrics of one meter provider that Otelier sums up itself: the SDK makes a text of all attributes for each
 * measurement, in each reader, to find the series that it belongs to.
 */
export class OwnMetrics {
  private readonly all = new Map<string, SummedInstrument>();

  /** @param readers - those that collect, by how they want histograms */
  constructor(readonly readers: readonly HistogramKind[]) {}

  /** The instruments in the order in which they were made. */
  get instruments(): readonly SummedInstrument[] {
    return [...this.all.values()];
  }

  /** The instrument of that name, made when it is new: who asks twice goes on with the same one. */
  instrument<I extends SummedInstrument>(name: string, create: () => I): I {
    const instrument = this.all.get(name) ?? create();
    this.all.set(name, instrument);
    return instrument as I;
  }
}

function known(): WeakMap<object, OwnMetrics> {
  return sharedState('metrics.own-metrics', () => new WeakMap());
}

/** Has the instruments that Otelier makes of a meter provider from now on be summed up here. */
export function keepOwnMetrics(meterProvider: object, metrics: OwnMetrics): void {
  known().set(meterProvider, metrics);
}

/** The metrics of a meter provider that are summed up here; `undefined` where its SDK does everything. */
export function ownMetrics(meterProvider: object): OwnMetrics | undefined {
  return known().get(meterProvider);
}
