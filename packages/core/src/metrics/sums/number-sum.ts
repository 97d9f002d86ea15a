import type { Sum } from './sum.js';

/** What was added to a counter. */
export class NumberSum implements Sum<NumberSum> {
  count = 0;
  startMillis = 0;
  sum = 0;

  /** Adds a number, which can be negative. */
  add(value: number): void {
    if (this.count === 0) {
      this.startMillis = Date.now();
    }
    this.count += 1;
    this.sum += value;
  }

  merge(later: NumberSum): void {
    this.count += later.count;
    this.sum += later.sum;
  }

  copy(): NumberSum {
    const copy = new NumberSum();
    copy.count = this.count;
    copy.startMillis = this.startMillis;
    copy.sum = this.sum;
    return copy;
  }
}
