import type { Attributes, HrTime } from '@opentelemetry/api';
import type { CollectedSum, Collection, Sum } from './sum.js';

/** What one reader has not yet been given or, where it gets everything each time, all that there is for it. */
interface Share<S> {
  sum: S | undefined;
  /** The number of the last collection in which the series was reported. */
  reportedIn: number;
}

/**
 * The sums of one series for all readers. Measurements are added up once, whatever the number of readers, and passed on
 * to all of them whenever one collects: each has its own last collection.
 */
export class SeriesSums<S extends Sum<S>> {
  /** What was measured since any reader has collected. */
  current: S;
  private readonly shares: readonly Share<S>[];

  /** @param create - makes a sum of nothing */
  constructor(
    private readonly create: () => S,
    readers: number,
  ) {
    this.current = create();
    this.shares = Array.from({ length: readers }, () => ({ sum: undefined, reportedIn: -1 }));
  }

  /** What a reader gets at a collection; `undefined` when there is nothing to report. */
  collect(attributes: Readonly<Attributes>, collection: Collection): CollectedSum<S> | undefined {
    const { reader, isDelta, earlier, previousTime } = collection;
    this.distribute();
    const share = this.shares[reader];
    const sum = share?.sum;
    if (share === undefined || sum === undefined) {
      return undefined;
    }
    if (!isDelta) {
      return { attributes, startTime: timeOf(sum.startMillis), sum: sum.copy() };
    }
    // A series that goes on begins where it was reported last, so that no time is missing in between.
    const goesOn = share.reportedIn >= 0 && share.reportedIn === earlier - 1;
    share.sum = undefined;
    share.reportedIn = earlier;
    return { attributes, startTime: goesOn ? previousTime : timeOf(sum.startMillis), sum };
  }

  private distribute(): void {
    const { current } = this;
    if (current.count === 0) {
      return;
    }
    this.current = this.create();
    for (const share of this.shares) {
      if (share.sum === undefined) {
        share.sum = current.copy();
      } else {
        share.sum.merge(current);
      }
    }
  }
}

function timeOf(millis: number): HrTime {
  return [Math.trunc(millis / 1000), Math.round((millis % 1000) * 1e6)];
}
