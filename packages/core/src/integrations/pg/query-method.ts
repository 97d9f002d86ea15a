import type { DatabaseOperation } from '../../database/database-operation.js';
import { reportInternalError } from '../../diagnostics/report.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import type { Method } from '../loading/wrapped-methods.js';
import { clientServer } from './client-server.js';
import { queryFailure } from './query-outcome.js';
import { beginStatement } from './statement.js';
import { isSubmittable, watchSubmittable, type Submittable } from './submittable.js';
import { runTextQuery } from './text-query.js';

/** `client.query` with an operation for each call, whatever it is called with. */
export function observedQuery(original: Method, options: ResolvedDatabaseOptions): Method {
  return function query(...args) {
    const operation = tryBegin(this, args, options);
    if (operation === undefined) {
      return original.apply(this, args);
    }
    const [first] = args;
    try {
      if (!isSubmittable(first)) {
        return runTextQuery({ original, client: this as object, args }, operation, options.sqlCommenter);
      }
      return original.apply(this, tryWatch(first, operation, args));
    } catch (error) {
      // The driver refuses some calls at once.
      operation.end({ failure: queryFailure(error) });
      throw error;
    }
  };
}

/** Whatever the application gives, the driver is to judge it. */
function tryBegin(client: unknown, args: readonly unknown[], options: ResolvedDatabaseOptions): DatabaseOperation | undefined {
  try {
    const server = clientServer(client as object);
    return isStatement(args[0]) ? beginStatement({ args, server }, options) : undefined;
  } catch (error) {
    reportInternalError('beginning a query', error);
    return undefined;
  }
}

/** An object that can't be watched has an operation that ends with the call. */
function tryWatch(submittable: Submittable & object, operation: DatabaseOperation, args: readonly unknown[]): unknown[] {
  try {
    return watchSubmittable(submittable, operation, args);
  } catch (error) {
    reportInternalError('watching a query', error);
    operation.end();
    return [...args];
  }
}

function isStatement(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null) || typeof value === 'function';
}
