import type { Attributes } from '@opentelemetry/api';
import { SeriesTable, type Series } from './series-table.js';
import { NumberSum } from './sums/number-sum.js';
import type { MetricDescription, SummedCounter } from './sums/own-metrics.js';
import { SeriesSums } from './sums/series-sums.js';
import type { CollectedSum, Collection } from './sums/sum.js';

/** A series with its sums. */
class CounterSeries implements Series {
  readonly exemplars = [];
  readonly sums: SeriesSums<NumberSum>;

  constructor(
    readonly attributes: Readonly<Attributes>,
    readers: number,
  ) {
    this.sums = new SeriesSums(() => new NumberSum(), readers);
  }

  add(value: number): void {
    this.sums.current.add(value);
  }
}

/** A counter that goes up and down and is summed up without an SDK. */
export class OwnUpDownCounter implements SummedCounter {
  readonly kind = 'upDownCounter';
  private readonly series: SeriesTable<CounterSeries>;

  /** @param readers - how many readers collect */
  constructor(
    readonly described: MetricDescription,
    readers: number,
  ) {
    this.series = new SeriesTable((attributes) => new CounterSeries(attributes, readers));
  }

  seriesOf(attributes: Attributes): CounterSeries {
    return this.series.admit(attributes);
  }

  collect(collection: Collection): CollectedSum<NumberSum>[] {
    return this.series
      .all()
      .map(({ attributes, sums }) => sums.collect(attributes, collection))
      .filter((collected) => collected !== undefined);
  }
}
