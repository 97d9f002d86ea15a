import { context } from '@opentelemetry/api';
import { guarded } from '../diagnostics/guarded.js';
import { untilShutdown, type SetupPart } from '../lifetime.js';
import { HeldSeries } from '../metrics/held-series.js';
import { heldState } from '../shared-state.js';
import type { DatabaseServer } from './database-call.js';
import type { PoolCounts } from './pool-counts.js';
import { POOL_NAME, startPoolInstruments, type PoolInstruments, type PoolReading } from './pool-instruments.js';

/** A pool whose connections are counted. */
export interface ObservedPool {
  /** Whether they are: not where there are too many pools. */
  readonly isCounted: boolean;
  /** Records how long somebody waited for a connection, in milliseconds. Never throws. */
  recordWait(millis: number): void;
}

/** One pool, held weakly: what observes a pool must not keep it alive. */
interface PoolEntry extends ObservedPool {
  readonly name: string;
  /** `undefined` when the pool is gone. */
  readonly read: () => PoolCounts | undefined;
}

interface PoolRegistry {
  readonly known: WeakMap<object, PoolEntry>;
  /** The living ones, by their names. */
  readonly living: Map<string, PoolEntry>;
  readonly work: SetupPart;
  instruments: PoolInstruments | undefined;
}

/** An application that makes pools without end would make series without end. */
const MAX_POOLS = 500;

const NOTHING: PoolCounts = { idle: 0, used: 0, pending: 0, max: 0 };

const UNOBSERVED: ObservedPool = { isCounted: false, recordWait: () => {} };

/**
 * Observes a pool until it is gone (held weakly), or the set-up ends; the same pool is observed once, however often this
 * is called, and again by each later set-up. Beyond 500 living pools, further ones are not observed. Never throws.
 *
 * @param counts - asked at each collection, and must not hold the pool itself; `undefined` says that it has ended
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-metrics/#connection-pools
 */
export function observePool<Pool extends object>(
  pool: Pool,
  server: DatabaseServer,
  counts: (pool: Pool) => PoolCounts | undefined,
): ObservedPool {
  const registry = poolRegistry();
  useInstruments(registry);
  const known = registry.known.get(pool);
  if (known !== undefined || registry.living.size >= MAX_POOLS) {
    return known ?? UNOBSERVED;
  }
  const entry = createEntry(registry, new WeakRef(pool), { name: freeName(registry, server), counts });
  registry.known.set(pool, entry);
  registry.living.set(entry.name, entry);
  return entry;
}

const poolRegistry = heldState('database.pools', () => {
  const registry: PoolRegistry = {
    known: new WeakMap(),
    living: new Map(),
    work: untilShutdown(() => {
      startInstruments(registry);
      return () => {
        // Not stopped: its meter provider collects once more, for the last time, after this.
        registry.instruments = undefined;
      };
    }),
    instruments: undefined,
  };
  return registry;
});

/** An application that brings an SDK of its own can register another meter provider at any time. */
function useInstruments(registry: PoolRegistry): void {
  registry.work.begin();
  if (registry.work.isRunning && registry.instruments?.isCurrent() !== true) {
    startInstruments(registry);
  }
}

const startInstruments = guarded('starting the metrics of pools', (registry: PoolRegistry) => {
  registry.instruments?.stop();
  registry.instruments = startPoolInstruments(() => readPools(registry));
});

function createEntry<Pool extends object>(
  registry: PoolRegistry,
  pool: WeakRef<Pool>,
  { name, counts }: { readonly name: string; readonly counts: (pool: Pool) => PoolCounts | undefined },
): PoolEntry {
  const waits = new HeldSeries({ [POOL_NAME]: name });
  return {
    name,
    isCounted: true,
    read: () => {
      const alive = pool.deref();
      return alive === undefined ? undefined : counts(alive);
    },
    recordWait: guarded('recording a wait for a connection', (millis: number) => {
      useInstruments(registry);
      if (registry.instruments !== undefined) {
        waits.record(registry.instruments.waitTime, millis / 1000, context.active());
      }
    }),
  };
}

/** What the pools have now; zeros, once, for those that are gone, because the SDK repeats the last value for ever. */
function readPools({ living }: PoolRegistry): readonly PoolReading[] {
  const readings: PoolReading[] = [];
  const readOne = guarded('reading a connection pool', ({ name, read }: PoolEntry) => {
    const counts = read();
    if (counts === undefined) {
      living.delete(name);
    }
    readings.push({ name, counts: counts ?? NOTHING });
  });
  [...living.values()].forEach((entry) => readOne(entry));
  return readings;
}

/** `address:port/namespace`, with a number where a living pool has that name already. */
function freeName({ living }: PoolRegistry, { system, address, port, namespace }: DatabaseServer): string {
  const host = `${address ?? ''}${port === undefined ? '' : `:${port}`}`;
  const base = (namespace === undefined ? host : `${host}/${namespace}`) || system;
  let name = base;
  for (let count = 2; living.has(name); count += 1) {
    name = `${base}#${count}`;
  }
  return name;
}
