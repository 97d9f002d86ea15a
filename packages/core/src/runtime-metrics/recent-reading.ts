/** Collections that are closer together than this, such as those of two destinations, see the same. */
const SHORTEST_PERIOD_MILLIS = 1000;

/** What went on between two collections, for any number of readers that collect at nearly the same time. */
export class RecentReading<T> {
  private last: { readonly reading: T; readonly takenAt: number } | undefined;

  /** @param take - reads what went on since it was called last */
  constructor(private readonly take: () => T) {}

  read(): T {
    const now = performance.now();
    if (this.last === undefined || now - this.last.takenAt >= SHORTEST_PERIOD_MILLIS) {
      this.last = { reading: this.take(), takenAt: now };
    }
    return this.last.reading;
  }
}
