import { context, type Attributes, type Context, type Histogram } from '@opentelemetry/api';
import { bucketOf } from './bucket.js';
import { makeExemplar, type Exemplar, type ExemplarFilter, type ExemplarHolder } from './exemplar.js';
import { plainSeries, SeriesTable, type Series } from './series-table.js';
import type { ValueLimits } from './value-limits.js';

/**
 * A histogram whose series are bounded, and which keeps the last exemplar of each bucket of each series. Who measures
 * the same thing again and again can hold a series and need not look it up.
 */
export interface BoundedHistogram<S extends Series = Series> extends Histogram, ExemplarHolder {
  /** Whether anybody reads what is recorded. */
  readonly isRead: boolean;
  /** The series of these attributes, or the one that stands for what is beyond the bounds. */
  seriesOf(attributes: Attributes): S;
  /** Records a measurement, which must not be negative, in a series of this histogram. */
  recordIn(series: S, value: number, within: Context): void;
}

/** What a {@link RegisteredHistogram} is made of. */
export interface RegisteredHistogramParts {
  readonly histogram: Histogram;
  /** The upper bounds of the buckets, ascending. */
  readonly boundaries: readonly number[];
  readonly limits: ValueLimits;
  readonly exemplarFilter: ExemplarFilter;
}

/** A histogram of whatever SDK is registered. */
export class RegisteredHistogram implements BoundedHistogram {
  readonly isRead = true;
  private readonly series: SeriesTable<Series>;

  constructor(private readonly parts: RegisteredHistogramParts) {
    this.series = new SeriesTable(plainSeries, parts.limits);
  }

  seriesOf(attributes: Attributes): Series {
    return this.series.admit(attributes);
  }

  record(value: number, attributes: Attributes = {}, within: Context = context.active()): void {
    this.recordIn(this.series.admit(attributes), value, within);
  }

  recordIn(series: Series, value: number, within: Context): void {
    const { histogram, boundaries, exemplarFilter } = this.parts;
    histogram.record(value, series.attributes, within);
    // After the measurement: an exemplar lies between the first one of its data point and the collection.
    const exemplar = exemplarFilter === 'always_off' ? undefined : makeExemplar(exemplarFilter, value, within);
    if (exemplar !== undefined && value >= 0) {
      series.exemplars[bucketOf(value, boundaries)] = exemplar;
    }
  }

  exemplarsOf(attributes: Attributes): readonly Exemplar[] {
    return this.series.find(attributes)?.exemplars.filter((exemplar) => exemplar !== undefined) ?? [];
  }
}
