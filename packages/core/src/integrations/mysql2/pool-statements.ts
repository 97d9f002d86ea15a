import { guarded } from '../../diagnostics/guarded.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import type { Method } from '../loading/wrapped-methods.js';
import type { DriverConfig } from './driver-objects.js';
import { ObservedQuery, type Mysql2Statement } from './observed-query.js';
import { serverAddress } from './server-system.js';

/** What a pool has been called with for a statement. */
interface StatementCall {
  readonly pool: unknown;
  readonly args: readonly unknown[];
}

/** Tells of the statements that get no connection of their pool; a connection tells of all others. */
export class PoolStatements {
  private starting: StatementCall | undefined;
  private readonly fail = guarded(
    'observing a statement without a connection',
    ({ pool, args }: StatementCall, { error, waitedMillis }: { readonly error: unknown; readonly waitedMillis: number }) =>
      new ObservedQuery({ ...statementOf(pool, args), waitedMillis }, this.options).end(error),
  );

  constructor(private readonly options: ResolvedDatabaseOptions) {}

  /** A pool's method that takes a statement, and asks for a connection in the same call. */
  taking(original: Method): Method {
    const start = (call: StatementCall | undefined): void => {
      this.starting = call;
    };
    return function query(...args) {
      start({ pool: this, args });
      try {
        return original.apply(this, args);
      } finally {
        start(undefined);
      }
    };
  }

  /** What a pool calls back with a connection, or with the reason why there is none. */
  watched(callback: Method): Method {
    const { starting, fail } = this;
    this.starting = undefined;
    if (starting === undefined) {
      return callback;
    }
    const start = performance.now();
    return function (...args) {
      const [error] = args;
      if (error !== undefined && error !== null) {
        fail(starting, { error, waitedMillis: performance.now() - start });
      }
      return callback.apply(this, args);
    };
  }
}

function statementOf(pool: unknown, [first, second]: readonly unknown[]): Mysql2Statement {
  const config = (pool as { readonly config?: { readonly connectionConfig?: DriverConfig } }).config?.connectionConfig;
  const { sql, values } = (typeof first === 'object' && first !== null ? first : { sql: first }) as Record<string, unknown>;
  return {
    text: typeof sql === 'string' ? sql : undefined,
    values: typeof second === 'function' ? values : (second ?? values),
    database: typeof config?.database === 'string' ? config.database : undefined,
    server: serverAddress(config),
  };
}
