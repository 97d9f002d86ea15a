import { verifies } from '../verifies.js';
import { CONTEXT_SPECS } from './context-specs.js';
import { openPools, type DatabasePools } from './database-pools.js';
import { DATABASE_SPECS } from './database-specs.js';
import { ENDING_SPECS } from './ending-specs.js';
import { ERROR_SPECS } from './error-specs.js';
import type { ConformanceHost, RunningHost } from './host.js';
import { METRIC_SPECS } from './metric-specs.js';
import { NAMING_SPECS } from './naming-specs.js';
import { PROPAGATION_SPECS } from './propagation-specs.js';
import type { Spec } from './spec.js';
import { TelemetryProbe } from './telemetry-probe.js';

/** Every behaviour that all adapters show. */
export const CONFORMANCE_SPECS: readonly Spec[] = [
  ...NAMING_SPECS,
  ...ERROR_SPECS,
  ...ENDING_SPECS,
  ...PROPAGATION_SPECS,
  ...CONTEXT_SPECS,
  ...METRIC_SPECS,
  ...DATABASE_SPECS,
];

/** Runs the whole matrix against one host. */
export function describeConformance(host: ConformanceHost, specs: readonly Spec[] = CONFORMANCE_SPECS): void {
  describe(host.name, () => {
    let telemetry: TelemetryProbe;
    let server: RunningHost;
    let pools: DatabasePools;

    beforeAll(async () => {
      pools = await openPools();
      telemetry = new TelemetryProbe();
      server = await host.start();
    });
    beforeEach(() => telemetry.clear());
    afterAll(async () => {
      await server.close();
      await pools.close();
      await telemetry.otel.shutdown();
    });

    for (const spec of specs) {
      verifies(spec.verifies, spec.title, () => spec.run({ host, server, telemetry }));
    }
  });
}
