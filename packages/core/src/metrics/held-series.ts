import type { Attributes, Context } from '@opentelemetry/api';
import type { BoundedHistogram } from './bounded-histogram.js';
import type { Series } from './series-table.js';

/** The series of one set of attributes, which every meter provider has its own of: looked up once in each. */
export class HeldSeries {
  private histogram: BoundedHistogram | undefined;
  private series: Series | undefined;

  /** @param attributes - must not change */
  constructor(readonly attributes: Readonly<Attributes>) {}

  /**
   * Records a measurement, which must not be negative.
   *
   * @param histogram - the instrument of the meter provider that is registered now
   */
  record(histogram: BoundedHistogram, value: number, within: Context): void {
    if (!histogram.isRead) {
      return;
    }
    if (this.series === undefined || this.histogram !== histogram) {
      this.series = histogram.seriesOf(this.attributes);
      this.histogram = histogram;
    }
    histogram.recordIn(this.series, value, within);
  }
}
