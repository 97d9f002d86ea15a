import type { Attributes, HrTime } from '@opentelemetry/api';

/** What one series has measured between two moments. */
export interface Sum<S> {
  /** How many measurements there were. */
  readonly count: number;
  /** When the first one was made, in milliseconds since the epoch. */
  readonly startMillis: number;
  /** Adds what was measured afterwards. */
  merge(later: S): void;
  copy(): S;
}

/** What a reader gets of one series. */
export interface CollectedSum<S> {
  readonly attributes: Readonly<Attributes>;
  readonly startTime: HrTime;
  readonly sum: S;
}

/** One collection by one of the readers. */
export interface Collection {
  /** The reader's place among all of them. */
  readonly reader: number;
  /** Whether the reader gets what was measured since its last collection, or everything. */
  readonly isDelta: boolean;
  /** How many collections the reader has made before. */
  readonly earlier: number;
  /** The time of the last one of them; without a meaning where there was none. */
  readonly previousTime: HrTime;
}
