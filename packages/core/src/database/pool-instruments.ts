import { metrics, ValueType, type BatchObservableResult, type Meter, type ObservableUpDownCounter } from '@opentelemetry/api';
import { guarded } from '../diagnostics/guarded.js';
import type { BoundedHistogram } from '../metrics/bounded-histogram.js';
import { createHistogram } from '../metrics/create-histogram.js';
import { SCOPE_NAME, VERSION } from '../version.js';
import type { PoolCounts } from './pool-counts.js';

/** The boundaries of waiting times, in seconds: the conventions recommend none, so those of operations. */
const WAIT_BOUNDARIES = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** The attribute with a pool's name. */
export const POOL_NAME = 'db.client.connection.pool.name';

/** What one pool has at a collection. */
export interface PoolReading {
  readonly name: string;
  readonly counts: PoolCounts;
}

/** The instruments of one meter provider. */
export interface PoolInstruments {
  /** Whether their meter provider is the one that is registered. */
  isCurrent(): boolean;
  /** `db.client.connection.wait_time`, in seconds. */
  readonly waitTime: BoundedHistogram;
  /** Reads no pools any more. */
  stop(): void;
}

interface Observables {
  readonly count: ObservableUpDownCounter;
  readonly max: ObservableUpDownCounter;
  readonly pending: ObservableUpDownCounter;
}

/**
 * Has pools read at each collection by the meter provider that is registered now. Up-down counters that were counted
 * along would drift with everything that happens unseen.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-metrics/#connection-pools
 */
export function startPoolInstruments(readPools: () => readonly PoolReading[]): PoolInstruments {
  const provider = metrics.getMeterProvider();
  const meter = metrics.getMeter(SCOPE_NAME, VERSION);
  const observables = createObservables(meter);
  const waitTime = createHistogram({
    name: 'db.client.connection.wait_time',
    description: 'The time it took to obtain an open connection from the pool.',
    unit: 's',
    boundaries: WAIT_BOUNDARIES,
  });
  const observe = guarded('reading the connection pools', (result: BatchObservableResult) =>
    readPools().forEach((reading) => observePoolReading(result, observables, reading)),
  );
  const all = Object.values(observables) as ObservableUpDownCounter[];
  meter.addBatchObservableCallback(observe, all);
  return {
    isCurrent: () => metrics.getMeterProvider() === provider,
    waitTime,
    stop: guarded('ending the metrics of pools', () => meter.removeBatchObservableCallback(observe, all)),
  };
}

function createObservables(meter: Meter): Observables {
  const create = (name: string, unit: string, description: string): ObservableUpDownCounter =>
    meter.createObservableUpDownCounter(name, { unit, description, valueType: ValueType.INT });
  return {
    count: create(
      'db.client.connection.count',
      '{connection}',
      'The number of connections that are currently in state described by the `state` attribute.',
    ),
    max: create('db.client.connection.max', '{connection}', 'The maximum number of open connections allowed.'),
    pending: create(
      'db.client.connection.pending_requests',
      '{request}',
      'The number of current pending requests for an open connection.',
    ),
  };
}

function observePoolReading(
  result: BatchObservableResult,
  { count, max, pending }: Observables,
  { name, counts }: PoolReading,
): void {
  const attributes = { [POOL_NAME]: name };
  result.observe(count, counts.idle, { ...attributes, 'db.client.connection.state': 'idle' });
  result.observe(count, counts.used, { ...attributes, 'db.client.connection.state': 'used' });
  result.observe(pending, counts.pending, attributes);
  if (counts.max !== undefined) {
    result.observe(max, counts.max, attributes);
  }
}
