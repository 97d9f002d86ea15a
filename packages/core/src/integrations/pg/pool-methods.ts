import { context } from '@opentelemetry/api';
import { observePool, type ObservedPool } from '../../database/connection-pools.js';
import type { DatabaseServer } from '../../database/database-call.js';
import type { PoolCounts } from '../../database/pool-counts.js';
import { reportInternalError } from '../../diagnostics/report.js';
import { GivenObject } from '../../given-object.js';
import { heldState } from '../../shared-state.js';
import { isThenable } from '../../tracing/thenable.js';
import { answeringCaller, callWithin } from '../loading/caller-context.js';
import type { Method } from '../loading/wrapped-methods.js';
import { clientServer } from './client-server.js';
import { isCallback } from './driver-callback.js';
import type { StartingStatements } from './pool-statements.js';

const UNKNOWN_SERVER: DatabaseServer = { system: 'postgresql', namespace: undefined, address: undefined, port: undefined };

/** What a pool tells of itself, in its documented properties. */
interface PgPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly ended: boolean;
  readonly options: { readonly max?: unknown };
}

/** `pool.connect`, which also measures how long it takes to get a connection, and tells of statements that get none. */
export function observedPoolConnect(original: Method, statements: StartingStatements): Method {
  return function connect(callback, ...others) {
    const pool = this as PgPool;
    const statement = statements.take(pool);
    const startTick = statement?.startTick ?? performance.now();
    if (isCallback(callback)) {
      const caller = context.active();
      const answered: Method = function answered(...answer) {
        recordWait(pool, answer[1], startTick);
        if (answer[0] !== undefined && answer[0] !== null) {
          statement?.fail(answer[0], ShownPool.serverOf(pool));
        }
        return callWithin(caller, callback, { self: this, args: answer });
      };
      return openFor(pool, original, [answered, ...others]);
    }
    const result = openFor(pool, original, [callback, ...others]);
    // In its place: a handler on the driver's own promise would make its rejection a handled one.
    return isThenable(result)
      ? result.then((client) => {
          recordWait(pool, client, startTick);
          return client;
        })
      : result;
  };
}

/** `client.connect`, where a pool's first client shows whereto the pool connects, before it has any connection. */
export function observedClientConnect(original: Method): Method {
  const answering = answeringCaller(original);
  return function connect(...args) {
    const { pool } = opening();
    if (pool !== undefined) {
      observe(pool, this);
    }
    return answering.apply(this, args);
  };
}

/** The pool whose `connect` is running; it calls that of a new client at once. */
const opening = heldState<{ pool: PgPool | undefined }>('integrations.pg.opening-pool', () => ({ pool: undefined }));

function openFor(pool: PgPool, connect: Method, args: unknown[]): unknown {
  const state = opening();
  const outer = state.pool;
  state.pool = pool;
  try {
    return connect.apply(pool, args);
  } finally {
    state.pool = outer;
  }
}

/** A failure to get one is no wait for a connection. */
function recordWait(pool: PgPool, client: unknown, startTick: number): void {
  if (typeof client === 'object' && client !== null) {
    const millis = performance.now() - startTick;
    observe(pool, client)?.recordWait(millis);
  }
}

/** Whereto a pool connects, as far as a client has shown it, in a private field of the pool. */
class ShownPool extends GivenObject {
  #server: DatabaseServer;
  #observed: ObservedPool;

  private constructor(pool: PgPool, server: DatabaseServer) {
    super(pool);
    this.#server = server;
    this.#observed = observePool(pool, server, countsOf);
  }

  static serverOf(pool: PgPool): DatabaseServer {
    return #server in pool ? pool.#server : UNKNOWN_SERVER;
  }

  /** Each connection shows it anew: a pool's settings can change. */
  static show(pool: PgPool, server: DatabaseServer): ObservedPool {
    if (!(#server in pool)) {
      return new ShownPool(pool, server).#observed;
    }
    pool.#server = server;
    if (!pool.#observed.isCounted) {
      pool.#observed = observePool(pool, server, countsOf);
    }
    return pool.#observed;
  }
}

function observe(pool: PgPool, client: unknown): ObservedPool | undefined {
  try {
    return ShownPool.show(pool, clientServer(client as object));
  } catch (error) {
    reportInternalError('observing a pool', error);
    return undefined;
  }
}

function countsOf({ totalCount, idleCount, waitingCount, ended, options }: PgPool): PoolCounts | undefined {
  const { max } = options;
  return ended
    ? undefined
    : {
        idle: idleCount,
        used: totalCount - idleCount,
        pending: waitingCount,
        max: typeof max === 'number' && Number.isFinite(max) ? max : undefined,
      };
}
