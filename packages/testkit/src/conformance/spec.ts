import type { ConformanceHost, RunningHost } from './host.js';
import type { TelemetryProbe } from './telemetry-probe.js';

/** What a spec works with: a listening host and the telemetry of its process. */
export interface Bench {
  readonly host: ConformanceHost;
  readonly server: RunningHost;
  readonly telemetry: TelemetryProbe;
}

/** One behaviour that every adapter shows. */
export interface Spec {
  readonly verifies: readonly string[];
  readonly title: string;
  readonly run: (bench: Bench) => Promise<void>;
}
