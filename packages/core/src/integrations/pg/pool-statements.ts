import { context } from '@opentelemetry/api';
import type { DatabaseServer } from '../../database/database-call.js';
import { reportInternalError } from '../../diagnostics/report.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import { answeringCaller } from '../loading/caller-context.js';
import type { Method } from '../loading/wrapped-methods.js';
import { queryFailure } from './query-outcome.js';
import { beginStatement } from './statement.js';

/** A statement that a pool has been given, until it has a connection for it. */
export class PoolStatement {
  readonly startTick = performance.now();
  private readonly caller = context.active();

  /** @param args - the arguments of `query` */
  constructor(
    readonly pool: unknown,
    private readonly args: readonly unknown[],
    private readonly options: ResolvedDatabaseOptions,
  ) {}

  /** Tells that there is none. Never throws. */
  fail(error: unknown, server: DatabaseServer): void {
    try {
      const statement = { args: this.args, server, waitedMillis: performance.now() - this.startTick };
      context.with(this.caller, () => beginStatement(statement, this.options).end({ failure: queryFailure(error) }));
    } catch (internal) {
      reportInternalError('observing a statement without a connection', internal);
    }
  }
}

/** The statements that pools are just being given; each asks for a connection in the same call. */
export class StartingStatements {
  private current: PoolStatement | undefined;

  /** `pool.query`, whose callers go on as themselves. */
  taking(original: Method, options: ResolvedDatabaseOptions): Method {
    const answering = answeringCaller(original);
    const start = (statement: PoolStatement | undefined): void => {
      this.current = statement;
    };
    return function query(...args) {
      start(new PoolStatement(this, args, options));
      try {
        return answering.apply(this, args);
      } finally {
        start(undefined);
      }
    };
  }

  /** The statement for which a pool asks for a connection now; `undefined` when somebody else asks. */
  take(pool: unknown): PoolStatement | undefined {
    const { current } = this;
    this.current = undefined;
    return current?.pool === pool ? current : undefined;
  }
}
