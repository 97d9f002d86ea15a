import { verifies } from '../verifies.js';
import { BODY_SIZE_SPECS } from './body-size-specs.js';
import { CALLER_SPECS } from './caller-specs.js';
import { CONNECTION_SPECS } from './connection-specs.js';
import { CONTEXT_SPECS } from './context-specs.js';
import { openPools, type DatabasePools } from './database-pools.js';
import { DATABASE_SPECS } from './database-specs.js';
import { describeDisabledContext } from './disabled-context.js';
import { ENDING_SPECS } from './ending-specs.js';
import { ERROR_SPECS } from './error-specs.js';
import { FLOOD_SPECS } from './flood-specs.js';
import type { ConformanceHost, RunningHost } from './host.js';
import { IGNORE_SPECS } from './ignore-specs.js';
import { LAYER_SPECS } from './layer-specs.js';
import { METRIC_SPECS } from './metric-specs.js';
import { NAMING_SPECS } from './naming-specs.js';
import { PRIVACY_SPECS } from './privacy-specs.js';
import { PROPAGATION_SPECS } from './propagation-specs.js';
import { OPTION_SPECS } from './option-specs.js';
import { describeQueryComments } from './query-comments.js';
import { ROUTE_SPECS } from './route-specs.js';
import type { Spec } from './spec.js';
import { TelemetryProbe } from './telemetry-probe.js';
import { TRANSPORT_SPECS } from './transport-specs.js';
import { TRANSPORTS, type Transport } from './transport.js';
import { WIRE_SPECS } from './wire-specs.js';

/** Every behaviour that all adapters show. */
export const CONFORMANCE_SPECS: readonly Spec[] = [
  ...NAMING_SPECS,
  ...ROUTE_SPECS,
  ...ERROR_SPECS,
  ...ENDING_SPECS,
  ...CONNECTION_SPECS,
  ...PROPAGATION_SPECS,
  ...CONTEXT_SPECS,
  ...METRIC_SPECS,
  ...DATABASE_SPECS,
  ...TRANSPORT_SPECS,
  ...WIRE_SPECS,
  ...BODY_SIZE_SPECS,
  ...CALLER_SPECS,
  ...IGNORE_SPECS,
  ...PRIVACY_SPECS,
  ...OPTION_SPECS,
  ...FLOOD_SPECS,
  ...LAYER_SPECS,
];

/** Runs the matrix against one host, over each of its transports. */
export function describeConformance(host: ConformanceHost, specs: readonly Spec[] = CONFORMANCE_SPECS): void {
  for (const transport of host.transports) {
    const meant = specs.filter((spec) => spec.notOver?.[transport] === undefined);
    describe(`${host.name} over ${TRANSPORTS[transport].title}`, () => runSpecs(host, transport, meant));
  }
  if (specs === CONFORMANCE_SPECS) {
    describeQueryComments(host);
    describeDisabledContext(host);
  }
}

function runSpecs(host: ConformanceHost, transport: Transport, specs: readonly Spec[]): void {
  let telemetry: TelemetryProbe;
  let pools: DatabasePools;
  let plain: Promise<RunningHost> | undefined;
  const startPlain = (): Promise<RunningHost> => (plain ??= host.start({ transport, observed: false }));
  const servers = new Map<Spec['options'], Promise<RunningHost>>();
  const serverFor = ({ options }: Spec): Promise<RunningHost> => {
    const server = servers.get(options) ?? host.start({ transport, observed: true, ...(options && { options }) });
    servers.set(options, server);
    return server;
  };

  beforeAll(async () => {
    pools = await openPools();
    telemetry = new TelemetryProbe();
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    const running = await Promise.all([...servers.values(), ...(plain === undefined ? [] : [plain])]);
    await Promise.all(running.map((server) => server.close()));
    await pools.close();
    await telemetry.otel.shutdown();
  });

  for (const spec of specs) {
    verifies(spec.verifies, spec.title, async () => {
      const server = await serverFor(spec);
      await spec.run({ host, server, telemetry, plain: startPlain });
    });
  }
}
