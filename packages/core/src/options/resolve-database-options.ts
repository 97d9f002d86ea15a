import { checkFlag, checkMillis, checkNames, checkWord } from '../diagnostics/validation.js';
import type { DatabaseOptions } from './database-options.js';
import type { ResolvedDatabaseOptions } from './resolved-options.js';

const DEFAULTS: ResolvedDatabaseOptions = {
  queryText: 'sanitized',
  queryParameters: false,
  rootQueries: false,
  slowQueryMillis: Infinity,
  commandArguments: false,
  sqlCommenter: false,
};

/**
 * Checks what is to be recorded of databases and caches.
 *
 * @throws TypeError that names the option, its value and what is allowed
 */
export function checkDatabaseOptions(database: DatabaseOptions | undefined): void {
  if (database === undefined) {
    return;
  }
  checkNames('database', database, Object.keys(DEFAULTS));
  checkWord('database.queryText', database.queryText, ['sanitized', 'raw', 'off']);
  checkFlag('database.queryParameters', database.queryParameters);
  checkFlag('database.rootQueries', database.rootQueries);
  checkMillis('database.slowQueryMillis', database.slowQueryMillis);
  checkFlag('database.commandArguments', database.commandArguments);
  checkFlag('database.sqlCommenter', database.sqlCommenter);
}

/**
 * Settles what is recorded of databases and caches.
 *
 * @throws TypeError for a wrong option
 */
export function resolveDatabaseOptions(options: DatabaseOptions = {}): ResolvedDatabaseOptions {
  checkDatabaseOptions(options);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...DEFAULTS, ...(Object.fromEntries(given) as DatabaseOptions) });
}
