import { context } from '@opentelemetry/api';
import { observePool, type ObservedPool } from '../../database/connection-pools.js';
import type { PoolCounts } from '../../database/pool-counts.js';
import { guarded } from '../../diagnostics/guarded.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import type { Undo } from '../integration.js';
import { callWithin } from '../loading/caller-context.js';
import { wrapMethod, type Method } from '../loading/wrapped-methods.js';
import { ownerOf, type DriverConfig } from './driver-objects.js';
import { PoolStatements } from './pool-statements.js';
import { serverAddress, serverSystem } from './server-system.js';

/** What is read of a pool, of any version: all of it can be missing. */
interface DriverPool {
  readonly config?: { readonly connectionLimit?: unknown; readonly connectionConfig?: DriverConfig };
  readonly _closed?: unknown;
  readonly _allConnections?: { readonly length: number };
  readonly _freeConnections?: { readonly length: number };
  readonly _connectionQueue?: { readonly length: number };
}

const QUERY_METHODS = ['query', 'execute'];

/** How many callers have got a connection of a pool. */
interface Answers {
  count: number;
}

/**
 * Observes all pools of a class, those of a cluster too, from their first `getConnection` on: the metrics of their
 * connections, callers that go on as themselves with a connection that another one has given back, and the statements
 * that get none.
 *
 * @param poolClass - the driver's own, of any version
 */
export function observePools(poolClass: unknown, options: ResolvedDatabaseOptions): Undo {
  const owner = ownerOf(poolClass, 'getConnection');
  if (owner === undefined) {
    return () => {};
  }
  const answers = new WeakMap<object, Answers>();
  const statements = new PoolStatements(options);
  const taking = QUERY_METHODS.map((name) => wrapMethod(owner, name, (original) => statements.taking(original)));
  const getting = wrapMethod(owner, 'getConnection', (original) => {
    return function getConnection(this: unknown, ...args: unknown[]) {
      const [callback, ...rest] = args;
      const watched =
        typeof callback === 'function'
          ? watch(this as DriverPool, statements.watched(callback as Method), answers)
          : callback;
      return original.call(this, watched, ...rest);
    };
  });
  return () => [getting, ...taking].forEach((undo) => undo());
}

/** A connection that closes lets the pool ask itself for another, with a callback that is watched already. */
function watch(pool: DriverPool, callback: Method, answers: WeakMap<object, Answers>): Method {
  const caller = context.active();
  const start = performance.now();
  const answered = answers.get(pool) ?? { count: 0 };
  answers.set(pool, answered);
  const observed = observe(pool);
  return function (this: unknown, ...args: unknown[]) {
    const millis = performance.now() - start;
    const before = answered.count;
    try {
      return callWithin(caller, callback, { self: this, args });
    } finally {
      const failed = args[0] !== undefined && args[0] !== null;
      if (!failed && answered.count === before) {
        answered.count += 1;
        observed?.recordWait(millis);
      }
    }
  };
}

function observe(pool: DriverPool): ObservedPool | undefined {
  let observed: ObservedPool | undefined;
  guarded('observing a pool', () => {
    const config = pool.config?.connectionConfig;
    const server = serverAddress(config);
    const namespace = typeof config?.database === 'string' ? config.database : undefined;
    observed = observePool(pool, { system: serverSystem(server), namespace, ...server }, countConnections);
  })();
  return observed;
}

function countConnections(pool: DriverPool): PoolCounts | undefined {
  const { _allConnections: all, _freeConnections: free, _connectionQueue: queue, _closed: closed } = pool;
  if (all === undefined || free === undefined || closed === true) {
    return undefined;
  }
  const limit = Number(pool.config?.connectionLimit);
  return {
    idle: free.length,
    used: Math.max(0, all.length - free.length),
    pending: queue?.length ?? 0,
    max: limit > 0 ? limit : undefined,
  };
}
