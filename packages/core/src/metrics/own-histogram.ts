import { context, type Attributes, type Context } from '@opentelemetry/api';
import type { BoundedHistogram } from './bounded-histogram.js';
import { bucketOf } from './bucket.js';
import { makeExemplar, type Exemplar, type ExemplarFilter } from './exemplar.js';
import { SeriesTable, type Series } from './series-table.js';
import { ExponentialSum } from './sums/exponential-sum.js';
import { HistogramSum } from './sums/histogram-sum.js';
import type { HistogramKind, MetricDescription, SummedHistogram } from './sums/own-metrics.js';
import { SeriesSums } from './sums/series-sums.js';
import type { CollectedSum, Collection } from './sums/sum.js';
import type { ValueLimits } from './value-limits.js';

/** What an {@link OwnHistogram} is made of. */
export interface OwnHistogramParts {
  readonly described: MetricDescription;
  /** The upper bounds of the buckets, ascending. */
  readonly boundaries: readonly number[];
  readonly limits: ValueLimits;
  readonly exemplarFilter: ExemplarFilter;
  /** Those that collect, by how they want histograms. */
  readonly readers: readonly HistogramKind[];
}

/** A series with its sums, of the kinds that any reader wants. */
export interface HistogramSeries extends Series {
  readonly explicit: SeriesSums<HistogramSum> | undefined;
  readonly exponential: SeriesSums<ExponentialSum> | undefined;
}

/** A histogram that is summed up without an SDK. */
export class OwnHistogram implements BoundedHistogram<HistogramSeries>, SummedHistogram {
  readonly kind = 'histogram';
  readonly described: MetricDescription;
  readonly boundaries: readonly number[];
  readonly isRead: boolean;
  private readonly exemplarFilter: ExemplarFilter;
  private readonly series: SeriesTable<HistogramSeries>;

  constructor({ described, boundaries, limits, exemplarFilter, readers }: OwnHistogramParts) {
    this.described = described;
    this.boundaries = boundaries;
    this.exemplarFilter = exemplarFilter;
    this.isRead = readers.length > 0;
    const explicit = (): HistogramSum => new HistogramSum(Array.from({ length: boundaries.length + 1 }, () => 0));
    const exponential = (): ExponentialSum => new ExponentialSum();
    this.series = new SeriesTable(
      (attributes) => ({
        attributes,
        exemplars: [],
        explicit: readers.includes('explicit') ? new SeriesSums(explicit, readers.length) : undefined,
        exponential: readers.includes('exponential') ? new SeriesSums(exponential, readers.length) : undefined,
      }),
      limits,
    );
  }

  seriesOf(attributes: Attributes): HistogramSeries {
    return this.series.admit(attributes);
  }

  record(value: number, attributes: Attributes = {}, within: Context = context.active()): void {
    if (this.isRead) {
      this.recordIn(this.series.admit(attributes), value, within);
    }
  }

  recordIn(series: HistogramSeries, value: number, within: Context): void {
    if (!(value >= 0)) {
      return;
    }
    const bucket = bucketOf(value, this.boundaries);
    series.explicit?.current.add(value, bucket);
    series.exponential?.current.add(value);
    if (this.exemplarFilter === 'always_off') {
      return;
    }
    // After the measurement: an exemplar lies between the first one of its data point and the collection.
    const exemplar = makeExemplar(this.exemplarFilter, value, within);
    if (exemplar !== undefined) {
      series.exemplars[bucket] = exemplar;
    }
  }

  exemplarsOf(attributes: Attributes): readonly Exemplar[] {
    return this.series.find(attributes)?.exemplars.filter((exemplar) => exemplar !== undefined) ?? [];
  }

  collect(collection: Collection): CollectedSum<HistogramSum>[] {
    return this.series
      .all()
      .map(({ attributes, explicit }) => explicit?.collect(attributes, collection))
      .filter((collected) => collected !== undefined);
  }

  collectExponential(collection: Collection): CollectedSum<ExponentialSum>[] {
    return this.series
      .all()
      .map(({ attributes, exponential }) => exponential?.collect(attributes, collection))
      .filter((collected) => collected !== undefined);
  }
}
