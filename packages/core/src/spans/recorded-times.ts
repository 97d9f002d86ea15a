import { performance } from 'node:perf_hooks';
import { diag, type HrTime, type TimeInput } from '@opentelemetry/api';
import { RecordedAttributes } from './recorded-attributes.js';
import type { SpanOrigin } from './span-origin.js';
import { durationBetween, givenTime, hrTimeOf, isBefore, type SpanTime } from './span-time.js';

/** When a span began and ended, beside its attributes; as pairs of seconds and nanoseconds only for who reads them. */
export class RecordedTimes extends RecordedAttributes {
  private start: SpanTime;
  private stop: SpanTime | undefined;
  /** What the monotonic clock lacks to the time of this span; `undefined` where its start is given. */
  private readonly tickOffset: number | undefined;

  constructor(
    protected readonly origin: SpanOrigin,
    startTime: TimeInput | undefined,
  ) {
    super(origin.limits.attributes);
    const { clock } = origin;
    if (startTime === undefined || startTime === null) {
      const tick = performance.now();
      this.tickOffset = clock.timeOf(tick) - tick;
      this.start = this.tickOffset + tick;
    } else {
      this.tickOffset = undefined;
      this.start = givenTime(startTime, clock) ?? clock.now();
    }
  }

  get startTime(): HrTime {
    return hrTimeOf(this.start);
  }

  set startTime(time: HrTime) {
    this.start = time;
  }

  get endTime(): HrTime {
    return this.stop === undefined ? [0, 0] : hrTimeOf(this.stop);
  }

  set endTime(time: HrTime) {
    this.stop = time;
  }

  get duration(): HrTime {
    const { start, stop } = this;
    if (stop === undefined) {
      return [-1, -1];
    }
    return stop === start ? [0, 0] : durationBetween(start, stop);
  }

  /** A span that would end before its start ends with it. */
  protected stopAt(endTime: TimeInput | undefined): void {
    const stop = this.timeOf(endTime);
    const isWrong = isBefore(stop, this.start);
    this.stop = isWrong ? this.start : stop;
    if (isWrong) {
      diag.warn('A span was to end before its start; its duration is 0.');
    }
  }

  /** A time that is given, or now. */
  protected timeOf(given: TimeInput | undefined): SpanTime {
    const { clock } = this.origin;
    const offset = this.tickOffset;
    return givenTime(given, clock) ?? (offset === undefined ? clock.now() : offset + performance.now());
  }
}
