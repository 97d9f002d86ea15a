import { performance } from 'node:perf_hooks';
/**
 * The time of day with the fractions of a millisecond that only the monotonic clock has. The two clocks drift apart, so
 * that the monotonic one is set by the other whenever it leaves its millisecond.
 */
export class SpanClock {
  private offset = Date.now() - performance.now();

  /**
   * The time of a moment just read from the monotonic clock.
   *
   * @param tick - that of `performance.now()`, now
   * @returns milliseconds since the epoch
   */
  timeOf(tick: number): number {
    const millis = Date.now();
    const time = this.offset + tick;
    if (time >= millis && time < millis + 1) {
      return time;
    }
    this.offset = millis - tick;
    return millis;
  }

  /** The time now, in milliseconds since the epoch. */
  now(): number {
    return this.timeOf(performance.now());
  }

  /** The time of a moment on the monotonic clock, of any age, in milliseconds since the epoch. */
  timeOfEarlier(tick: number): number {
    const now = performance.now();
    return this.timeOf(now) - (now - tick);
  }
}
