import type { Sum } from './sum.js';

/** The measurements of a histogram with fixed buckets. */
export class HistogramSum implements Sum<HistogramSum> {
  count = 0;
  startMillis = 0;
  sum = 0;
  /** Without a measurement `Infinity`. */
  min = Infinity;
  /** Without a measurement `-Infinity`. */
  max = -Infinity;

  /** @param counts - the number of measurements in each bucket, which becomes the histogram's own */
  constructor(readonly counts: number[]) {}

  /** Adds a measurement, which must not be negative, to its bucket. */
  add(value: number, bucket: number): void {
    if (this.count === 0) {
      this.startMillis = Date.now();
    }
    this.count += 1;
    this.sum += value;
    this.min = value < this.min ? value : this.min;
    this.max = value > this.max ? value : this.max;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
  }

  merge(later: HistogramSum): void {
    this.count += later.count;
    this.sum += later.sum;
    this.min = Math.min(this.min, later.min);
    this.max = Math.max(this.max, later.max);
    later.counts.forEach((count, bucket) => {
      this.counts[bucket] = (this.counts[bucket] ?? 0) + count;
    });
  }

  copy(): HistogramSum {
    const copy = new HistogramSum([...this.counts]);
    copy.count = this.count;
    copy.startMillis = this.startMillis;
    copy.sum = this.sum;
    copy.min = this.min;
    copy.max = this.max;
    return copy;
  }
}
