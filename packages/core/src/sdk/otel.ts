import type { Signal } from '../destinations/destination.js';
import type { Problem } from '../diagnostics/report.js';
import type { SamplingStatus } from '../sampling/sampling-counts.js';

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
  /** What became of the local traces; absent where all or none are exported, and where a sampler of the application decides. */
  readonly sampling?: SamplingStatus;
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
   * Begins a set-up that OTELIER_DEFER_SETUP holds back; does nothing where it has begun, or was shut down. Never throws.
   */
  start(): void;
  /**
   * Sends everything ended so far, including what is being sent, within `shutdownTimeoutMillis`. A destination
   * that can't be reached is tried at once and not waited for. Never rejects: what could not be sent is counted in
   * `status()`.
   */
  flush(): Promise<void>;
  /**
   * Flushes and ends the set-up, within `shutdownTimeoutMillis` in all: spans made afterwards are not recorded.
   * Further calls return the same promise. Never rejects.
   */
  shutdown(): Promise<void>;
}
