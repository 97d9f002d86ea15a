import { performance } from 'node:perf_hooks';
import type { HrTime, TimeInput } from '@opentelemetry/api';
import { hrTimeDuration, isTimeInputHrTime, millisToHrTime } from '@opentelemetry/core';
import type { SpanClock } from './span-clock.js';

/** Milliseconds since the epoch, or what the application has given. */
export type SpanTime = number | HrTime;

const MOST_UPTIME_MILLIS = 1e11;

/** A time that the application gives; `undefined` for what is none, and stands for now. */
export function givenTime(input: TimeInput | undefined, clock: SpanClock): SpanTime | undefined {
  if (typeof input === 'number') {
    // What is not later than the monotonic clock is a time on it; no process runs for three years.
    return input < MOST_UPTIME_MILLIS && input <= performance.now() ? clock.timeOfEarlier(input) : input;
  }
  if (input instanceof Date) {
    return input.getTime();
  }
  return isTimeInputHrTime(input) ? input : undefined;
}

/** As the interfaces of OpenTelemetry ask for it. */
export function hrTimeOf(time: SpanTime): HrTime {
  return typeof time === 'number' ? millisToHrTime(time) : time;
}

/** What lies between two times; negative seconds when the second is the earlier one. */
export function durationBetween(start: SpanTime, end: SpanTime): HrTime {
  return hrTimeDuration(hrTimeOf(start), hrTimeOf(end));
}

/** Whether a time lies before another one. */
export function isBefore(time: SpanTime, other: SpanTime): boolean {
  if (typeof time === 'number' && typeof other === 'number' && time >= other) {
    return false;
  }
  const [seconds] = durationBetween(other, time);
  return seconds < 0;
}
