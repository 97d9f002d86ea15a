import { context, type Attributes, type Context, type Histogram } from '@opentelemetry/api';
import { bucketOf } from './bucket.js';
import { makeExemplar, type Exemplar, type ExemplarFilter, type ExemplarHolder } from './exemplar.js';
import { SeriesTable } from './series-table.js';
import type { ValueLimits } from './value-limits.js';

/** What a {@link BoundedHistogram} is made of. */
export interface BoundedHistogramParts {
  readonly histogram: Histogram;
  /** The upper bounds of the buckets, ascending. */
  readonly boundaries: readonly number[];
  /** @default {} no limits besides that of all series */
  readonly limits?: ValueLimits;
  readonly exemplarFilter: ExemplarFilter;
}

/** A histogram whose series are bounded, and which keeps the last exemplar of each bucket of each series. */
export class BoundedHistogram implements Histogram, ExemplarHolder {
  private readonly series: SeriesTable;

  constructor(private readonly parts: BoundedHistogramParts) {
    this.series = new SeriesTable(parts.limits);
  }

  /** Records a measurement, which must not be negative. */
  record(value: number, attributes: Attributes = {}, within: Context = context.active()): void {
    const { histogram, boundaries, exemplarFilter } = this.parts;
    const series = this.series.admit(attributes);
    histogram.record(value, series.attributes, within);
    // After the measurement: an exemplar lies between the first one of its data point and the collection.
    const exemplar = exemplarFilter === 'always_off' ? undefined : makeExemplar(exemplarFilter, value, within);
    if (exemplar !== undefined && value >= 0) {
      series.exemplars[bucketOf(value, boundaries)] = exemplar;
    }
  }

  /** The exemplars of one series in the order of its buckets. */
  exemplarsOf(attributes: Attributes): readonly Exemplar[] {
    return this.series.find(attributes)?.exemplars.filter((exemplar) => exemplar !== undefined) ?? [];
  }
}
