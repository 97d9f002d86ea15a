import type { Signal } from '../destinations/destination.js';
import type { Problem } from '../diagnostics/report.js';

/** What became of the spans of this process, counted. */
export interface SpanStatus {
  /** Recorded spans that were started and ended. */
  readonly started: number;
  readonly ended: number;
  /** Over all destinations: taken by them, refused by them, never sent. A span counts once for each destination. */
  readonly exported: number;
  readonly failed: number;
  readonly dropped: number;
}

/** The state of one destination, for one signal. */
export interface DestinationStatus {
  /** Such as `collector`. */
  readonly name: string;
  readonly signal: Signal;
  /** Its address without anything secret. */
  readonly address: string;
  /** Spans, log records or metric points that it took. */
  readonly exported: number;
  /** Those that it refused, or that were given up after the retries. */
  readonly failed: number;
  /** Those that were never sent to it. */
  readonly dropped: number;
  /** Why the last export failed; `undefined` while exports succeed. */
  readonly lastError: string | undefined;
}

/** The health of the set-up at one moment. */
export interface OtelStatus {
  /** What became of the spans. */
  readonly spans: SpanStatus;
  /** Where telemetry is sent, one entry for each signal of a destination. */
  readonly destinations: readonly DestinationStatus[];
  /** Every problem met so far, with how often. */
  readonly problems: readonly Problem[];
}

/** The handle of a set-up, as {@link setupOtel} returns it. */
export interface Otel {
  /** Counts, destinations and problems; cheap enough for a health check. */
  status(): OtelStatus;
  /**
   * Sends everything ended so far, including what is being sent, within `shutdownTimeoutMillis`. Never rejects: what
   * could not be sent is counted in `status()`.
   */
  flush(): Promise<void>;
  /**
   * Flushes and ends the set-up, within `shutdownTimeoutMillis` in all: spans made afterwards are not recorded.
   * Further calls return the same promise. Never rejects.
   */
  shutdown(): Promise<void>;
}
