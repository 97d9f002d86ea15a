import type { RequestOptions } from '@otelier/core';
import type { ConformanceHost, RunningHost } from './host.js';
import type { TelemetryProbe } from './telemetry-probe.js';
import type { Transport } from './transport.js';

/** What a spec works with: a listening host and the telemetry of its process. */
export interface Bench {
  readonly host: ConformanceHost;
  readonly server: RunningHost;
  readonly telemetry: TelemetryProbe;
  /** The same program without Otelier, started when it is first asked for. */
  plain(): Promise<RunningHost>;
}

/** One behaviour that every adapter shows. */
export interface Spec {
  readonly verifies: readonly string[];
  readonly title: string;
  /** The transports over which it has no meaning, each with the reason. */
  readonly notOver?: Readonly<Partial<Record<Transport, string>>>;
  /** What the adapter is given; each object gets a host of its own. */
  readonly options?: RequestOptions<object, object>;
  readonly run: (bench: Bench) => Promise<void>;
}
