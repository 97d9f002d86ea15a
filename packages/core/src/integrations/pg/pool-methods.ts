import { context } from '@opentelemetry/api';
import { observePool, type ObservedPool } from '../../database/connection-pools.js';
import type { DatabaseServer } from '../../database/database-call.js';
import type { PoolCounts } from '../../database/pool-counts.js';
import { reportInternalError } from '../../diagnostics/report.js';
import { sharedState } from '../../shared-state.js';
import { isThenable } from '../../tracing/thenable.js';
import { answeringCaller } from '../loading/caller-context.js';
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
    const startTick = performance.now();
    const got = (client: unknown): void => recordWait(pool, client, performance.now() - startTick);
    if (isCallback(callback)) {
      const caller = context.active();
      const answered: Method = function answered(...answer) {
        got(answer[1]);
        if (answer[0] !== undefined && answer[0] !== null) {
          statement?.fail(answer[0], servers().get(pool) ?? UNKNOWN_SERVER);
        }
        return context.with(caller, callback, this, ...answer);
      };
      return openingFor(pool, () => original.call(pool, answered, ...others));
    }
    const result = openingFor(pool, () => original.call(pool, callback, ...others));
    // In its place: a handler on the driver's own promise would make its rejection a handled one.
    return isThenable(result)
      ? result.then((client) => {
          got(client);
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
function opening(): { pool: PgPool | undefined } {
  return sharedState('integrations.pg.opening-pool', () => ({ pool: undefined }));
}

function openingFor<T>(pool: PgPool, connect: () => T): T {
  const state = opening();
  const outer = state.pool;
  state.pool = pool;
  try {
    return connect();
  } finally {
    state.pool = outer;
  }
}

/** A failure to get one is no wait for a connection. */
function recordWait(pool: PgPool, client: unknown, millis: number): void {
  if (typeof client === 'object' && client !== null) {
    observe(pool, client)?.recordWait(millis);
  }
}

/** Whereto pools connect, as far as a client has shown it. */
function servers(): WeakMap<object, DatabaseServer> {
  return sharedState('integrations.pg.pool-servers', () => new WeakMap());
}

function observe(pool: PgPool, client: unknown): ObservedPool | undefined {
  try {
    const server = clientServer(client as object);
    servers().set(pool, server);
    return observePool(pool, server, countsOf);
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
