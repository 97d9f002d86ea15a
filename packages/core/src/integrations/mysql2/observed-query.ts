import type { Context } from '@opentelemetry/api';
import type { DatabaseCall } from '../../database/database-call.js';
import { DatabaseOperation } from '../../database/database-operation.js';
import { sqlQuery } from '../../database/sql-query.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import { queryFailure } from './query-failure.js';
import { returnedRows } from './returned-rows.js';
import type { DriverConnection } from './driver-objects.js';
import { endWithConnection, forgetQuery } from './open-queries.js';
import { rememberServerOf, serverSystem, type ServerAddress } from './server-system.js';

/** A statement as the driver tells of it. */
export interface Mysql2Statement {
  readonly text: string | undefined;
  readonly values: unknown;
  readonly database: string | undefined;
  readonly server: ServerAddress;
  /** For how long it has waited for a connection, in vain. */
  readonly waitedMillis?: number;
}

/** One statement that was given to the driver, from its call to its last row. */
export class ObservedQuery {
  private readonly operation: DatabaseOperation;
  private readonly server: ServerAddress;
  private connection: DriverConnection | undefined;
  private resultSets: number | undefined;
  private rows: number | undefined;
  private onGiven: (() => void) | undefined;

  constructor(statement: Mysql2Statement, options: ResolvedDatabaseOptions) {
    this.server = statement.server;
    this.operation = new DatabaseOperation(describeCall(statement, options), options);
  }

  /** The context of whoever asked. */
  get callerContext(): Context {
    return this.operation.callerContext;
  }

  /** The context with the operation's span. */
  get context(): Context {
    return this.operation.context;
  }

  /** The query goes over a connection, and ends with that at the latest. */
  goesOver(connection: DriverConnection): void {
    this.connection = connection;
    endWithConnection(this, connection);
  }

  /** Runs something when the driver has been given the whole query, in the call that gives it. */
  whenGiven(onGiven: () => void): void {
    this.onGiven = onGiven;
  }

  /** The driver has been given the whole query. */
  given(): void {
    this.onGiven?.();
  }

  /** A result begins. Told from the first one on, or never. */
  countResult(): void {
    this.resultSets = (this.resultSets ?? 0) + 1;
  }

  /** A row was given away by an event. */
  countRow(): void {
    this.rows = (this.rows ?? 0) + 1;
  }

  /** Rows may come by events, and none has come yet. */
  expectRows(): void {
    this.rows ??= 0;
  }

  /** The statement has ended; later calls do nothing. */
  end(error?: unknown, answer?: unknown): void {
    const failure = queryFailure(error);
    if (this.connection !== undefined) {
      rememberServerOf(this.connection, this.server);
      forgetQuery(this, this.connection);
      this.connection = undefined;
    }
    this.operation.end({
      failure,
      returnedRows: failure === undefined ? (returnedRows(answer, this.resultSets) ?? this.rows) : undefined,
      system: serverSystem(this.server),
    });
  }
}

function describeCall(statement: Mysql2Statement, options: ResolvedDatabaseOptions): DatabaseCall {
  const { text, values, database, server, waitedMillis } = statement;
  return {
    query: sqlQuery({ dialect: 'mysql', text, parameters: asList(values) }, 'mysql', options),
    server: { system: serverSystem(server), namespace: database, address: server.address, port: server.port },
    waitedMillis,
  };
}

/** A single value can be given without a list around it. */
function asList(values: unknown): unknown {
  return values === undefined || (typeof values === 'object' && values !== null) ? values : [values];
}
