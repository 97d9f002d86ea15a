import type { DatabaseServer } from '../../database/database-call.js';
import { DatabaseOperation } from '../../database/database-operation.js';
import { sqlQuery } from '../../database/sql-query.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import { readProperty } from './property.js';

/** A statement as the application has given it. */
export interface GivenStatement {
  /** The arguments of `query`. */
  readonly args: readonly unknown[];
  readonly server: DatabaseServer;
  /** For how long it has waited for a connection; not at all by default. */
  readonly waitedMillis?: number;
}

/** Begins the operation of a statement. What the application gives can throw when it is read. */
export function beginStatement(
  { args, server, waitedMillis }: GivenStatement,
  options: ResolvedDatabaseOptions,
): DatabaseOperation {
  const { text, parameters } = statementOf(args);
  const query = sqlQuery({ dialect: 'postgresql', text, parameters }, 'postgresql', options);
  return new DatabaseOperation({ query, server, waitedMillis }, options);
}

function statementOf([first, second]: readonly unknown[]): { readonly text: string | undefined; readonly parameters: unknown } {
  if (typeof first === 'string') {
    return { text: first, parameters: second };
  }
  const cursor = readProperty(first, 'cursor');
  const text = readProperty(first, 'text') ?? readProperty(cursor, 'text');
  return {
    text: typeof text === 'string' ? text : undefined,
    parameters: Array.isArray(second) ? second : (readProperty(first, 'values') ?? readProperty(cursor, 'values')),
  };
}
