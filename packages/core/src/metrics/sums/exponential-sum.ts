import { exponentialIndex } from './exponential-index.js';
import type { Sum } from './sum.js';

const MAX_BUCKETS = 160;
const MAX_SCALE = 20;

/** The measurements of a histogram whose buckets become as wide as it takes for all of them to have room. */
export class ExponentialSum implements Sum<ExponentialSum> {
  count = 0;
  startMillis = 0;
  sum = 0;
  zeroCount = 0;
  /** Without a measurement `Infinity`. */
  min = Infinity;
  /** Without a measurement `-Infinity`. */
  max = -Infinity;
  /** The number of the first bucket. */
  offset = 0;
  counts: number[] = [];
  private exactScale = MAX_SCALE;

  /** How wide the buckets are; 0 while nothing is in them. */
  get scale(): number {
    return this.counts.length === 0 ? 0 : this.exactScale;
  }

  /** Adds a measurement, which must not be negative. */
  add(value: number): void {
    if (value === Infinity) {
      return;
    }
    if (this.count === 0) {
      this.startMillis = Date.now();
    }
    this.count += 1;
    this.min = value < this.min ? value : this.min;
    this.max = value > this.max ? value : this.max;
    if (value === 0) {
      this.zeroCount += 1;
      return;
    }
    this.sum += value;
    const index = exponentialIndex(value, this.exactScale);
    if (this.widenFor(index, index)) {
      this.increment(exponentialIndex(value, this.exactScale), 1);
    } else {
      this.increment(index, 1);
    }
  }

  merge(later: ExponentialSum): void {
    this.count += later.count;
    this.sum += later.sum;
    this.zeroCount += later.zeroCount;
    this.min = Math.min(this.min, later.min);
    this.max = Math.max(this.max, later.max);
    if (later.counts.length === 0) {
      return;
    }
    this.widenBy(Math.max(0, this.exactScale - later.exactScale));
    const ahead = later.exactScale - this.exactScale;
    this.widenFor(later.offset >> ahead, (later.offset + later.counts.length - 1) >> ahead);
    const shift = later.exactScale - this.exactScale;
    later.counts.forEach((count, position) => this.increment((later.offset + position) >> shift, count));
  }

  copy(): ExponentialSum {
    const copy = new ExponentialSum();
    Object.assign(copy, this);
    copy.counts = [...this.counts];
    return copy;
  }

  /** Makes the buckets so wide that these two have room as well; whether they had to be. */
  private widenFor(first: number, last: number): boolean {
    const { offset, counts } = this;
    let low = counts.length === 0 ? first : Math.min(first, offset);
    let high = counts.length === 0 ? last : Math.max(last, offset + counts.length - 1);
    let steps = 0;
    while (high - low >= MAX_BUCKETS) {
      low >>= 1;
      high >>= 1;
      steps += 1;
    }
    this.widenBy(steps);
    return steps > 0;
  }

  private widenBy(steps: number): void {
    if (steps === 0) {
      return;
    }
    const { offset, counts } = this;
    this.exactScale -= steps;
    this.offset = 0;
    this.counts = [];
    counts.forEach((count, position) => this.increment((offset + position) >> steps, count));
  }

  private increment(index: number, count: number): void {
    const { counts } = this;
    if (counts.length === 0) {
      this.offset = index;
    }
    while (index < this.offset) {
      counts.unshift(0);
      this.offset -= 1;
    }
    while (index >= this.offset + counts.length) {
      counts.push(0);
    }
    counts[index - this.offset] = (counts[index - this.offset] ?? 0) + count;
  }
}
