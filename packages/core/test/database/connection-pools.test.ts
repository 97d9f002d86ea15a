import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { metrics } from '@opentelemetry/api';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { expectDiagnostics, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { observePool } from '../../src/database/connection-pools';
import type { PoolCounts } from '../../src/database/pool-counts';

const SERVER = { system: 'postgresql', namespace: 'shop', address: 'db', port: 5432 };
const COUNTS: PoolCounts = { idle: 1, used: 2, pending: 3, max: 4 };

interface TestPool {
  counts: PoolCounts | undefined;
}

const countsOf = (pool: TestPool): PoolCounts | undefined => pool.counts;

describe('the metrics of connection pools', () => {
  let telemetry: TelemetryProbe;

  beforeEach(() => {
    telemetry = new TelemetryProbe();
  });
  afterEach(() => telemetry.otel.shutdown());

  async function values(metric: string): Promise<Record<string, number>> {
    const points = await telemetry.metric(`db.client.connection.${metric}`);
    return Object.fromEntries(
      points
        .filter(({ sum }) => sum !== 0)
        .map(({ attributes, sum }) => [attributes['db.client.connection.pool.name'] as string, sum]),
    );
  }

  /** Lets a pool end and its name go: what one test leaves must not be found by the next. */
  async function end(...pools: TestPool[]): Promise<void> {
    pools.forEach((pool) => (pool.counts = undefined));
    expect(await values('max')).toEqual({});
  }

  verifies('M4', 'are named by address, port and namespace, as far as these are known', async () => {
    const servers = [
      SERVER,
      { ...SERVER, port: undefined },
      { ...SERVER, namespace: undefined },
      { ...SERVER, address: '/run/db.sock', port: undefined },
      { system: 'mysql', namespace: undefined, address: undefined, port: undefined },
    ];
    const pools = servers.map((server) => {
      const pool = { counts: COUNTS };
      observePool(pool, server, countsOf);
      return pool;
    });
    expect(Object.keys(await values('max'))).toEqual([
      'db:5432/shop',
      'db/shop',
      'db:5432',
      '/run/db.sock/shop',
      'mysql',
    ]);
    await end(...pools);
  });

  verifies('M4', 'are read when they are collected, once for each pool however often it is observed', async () => {
    const pool = { counts: COUNTS };
    const first = observePool(pool, SERVER, countsOf);
    expect(observePool(pool, SERVER, countsOf)).toBe(first);
    expect(await values('pending_requests')).toEqual({ 'db:5432/shop': 3 });
    pool.counts = { ...COUNTS, pending: 9, max: 0 };
    expect(await values('pending_requests')).toEqual({ 'db:5432/shop': 9 });
    await end(pool);
  });

  verifies('M4', 'have no maximum for a pool without one', async () => {
    const pool = { counts: { ...COUNTS, max: undefined } };
    observePool(pool, SERVER, countsOf);
    expect(await telemetry.metric('db.client.connection.max')).toEqual([]);
    await end(pool);
  });

  verifies('M4', 'have the waits in seconds', async () => {
    const pool = { counts: COUNTS };
    observePool(pool, SERVER, countsOf).recordWait(250);
    expect(await telemetry.metric('db.client.connection.wait_time')).toMatchObject([{ count: 1, sum: 0.25 }]);
    await end(pool);
  });

  verifies('M4', 'do not keep a pool alive that the application has let go', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    observePool({ counts: COUNTS }, SERVER, countsOf);
    const deadline = Date.now() + 5000;
    let seen = await values('max');
    while (Object.keys(seen).length > 0 && Date.now() < deadline) {
      // What has been looked at is kept until the turn is over.
      await new Promise(setImmediate);
      collectGarbage();
      seen = await values('max');
    }
    expect(seen).toEqual({});
  });

  verifies(['M4', 'X6'], 'hold no more than five hundred pools, and new ones again when others have gone', async () => {
    const pools = Array.from({ length: 501 }, () => ({ counts: COUNTS }));
    const observed = pools.map((pool) => observePool(pool, SERVER, countsOf));
    observed.forEach((pool) => pool.recordWait(1));
    expect(Object.keys(await values('max'))).toHaveLength(500);
    (pools[0] as TestPool).counts = undefined;
    await values('max');
    observePool(pools[500] as TestPool, SERVER, countsOf);
    expect(Object.keys(await values('max'))).toHaveLength(500);
    await end(...pools);
  });

  verifies(['M4', 'X6'], 'go on for the other pools when one can not be read', async () => {
    const [broken, sound] = [{ counts: COUNTS }, { counts: COUNTS }];
    let isBroken = true;
    observePool(broken, SERVER, (pool: TestPool) => {
      if (isBroken) {
        throw new Error('unreadable');
      }
      return pool.counts;
    });
    observePool(sound, SERVER, countsOf);
    expectDiagnostics('OTELIER_INTERNAL_ERROR');
    expect(await values('max')).toEqual({ 'db:5432/shop#2': 4 });
    isBroken = false;
    await end(broken, sound);
  });

  verifies('M4', 'end with the set-up, and go on with the next one', async () => {
    const pool = { counts: COUNTS };
    const observed = observePool(pool, SERVER, countsOf);
    await telemetry.otel.shutdown();
    observed.recordWait(1);
    telemetry = new TelemetryProbe();
    expect(await values('max')).toEqual({ 'db:5432/shop': 4 });
    observed.recordWait(2);
    expect(await telemetry.metric('db.client.connection.wait_time')).toMatchObject([{ count: 1, sum: 0.002 }]);
    await end(pool);
  });
});

verifies('M4', "the metrics of connection pools go to an SDK of the application's own", async () => {
  const reader = new OwnReader({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  const provider = new MeterProvider({ readers: [reader] });
  // The set-up of the tests above is over: an application without one begins here.
  const telemetry = new TelemetryProbe();
  metrics.disable();
  metrics.setGlobalMeterProvider(provider);
  const pool: TestPool = { counts: COUNTS };
  observePool(pool, SERVER, countsOf);
  const { resourceMetrics } = await reader.collect();
  const names = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name));
  expect(names).toEqual(expect.arrayContaining(['db.client.connection.count', 'db.client.connection.max']));
  metrics.disable();
  await telemetry.otel.shutdown();
  await provider.shutdown();
});

class OwnReader extends MetricReader {
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}
