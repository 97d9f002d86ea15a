import { randomBytes } from 'node:crypto';
import type { DatabaseServer } from './database-server';
import { NoServerError } from './database-server';
import { startMysql } from './mysql-server';
import { startPostgres } from './postgres-server';
import { startRedis } from './redis-server';
import { databaseName } from './test-database';
import { currentRun, kinds, prefixVariable, runKey } from './test-run';
import type { DatabaseKind, TestRun } from './test-run';
import { databasesOf } from './worker-databases';

// Jest loads this file and what it imports with plain require, past its own module mapping: the imports in this folder
// have no extension because no compiled .js files exist.

/**
 * Starts the database servers of a test run and creates one database per worker and server.
 * @throws Error under `CI` when a server is missing, and everywhere when one that was given by URL does not answer.
 */
export default async function setUp(config: { readonly maxWorkers: number }): Promise<void> {
  const run: TestRun = { prefix: `otelier_test_${randomBytes(4).toString('hex')}_`, servers: [] };
  currentRun[runKey] = run;
  process.env[prefixVariable] = run.prefix;
  const names = Array.from({ length: config.maxWorkers }, (_, index) => databaseName(run.prefix, index + 1));
  const outcomes = await Promise.allSettled([
    prepare('postgres', { run, names, start: startPostgres }),
    prepare('mysql', { run, names, start: startMysql }),
    prepare('redis', { run, names, start: startRedis }),
  ]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  const fatal = failures.filter((failure) => process.env['CI'] || !(failure instanceof NoServerError));
  if (fatal.length > 0) {
    await Promise.all(run.servers.map(({ server }) => server.stop()));
    throw new AggregateError(fatal, fatal.map(describeFailure).join('\n'));
  }
}

interface Preparation {
  readonly run: TestRun;
  readonly names: readonly string[];
  readonly start: () => Promise<DatabaseServer>;
}

async function prepare(kind: DatabaseKind, { run, names, start }: Preparation): Promise<void> {
  const { urlVariable, absenceVariable } = kinds[kind];
  const isGiven = Boolean(process.env[urlVariable]);
  try {
    const server = await start();
    run.servers.push({ kind, server, isGiven });
    await databasesOf(kind, server.url).create(names);
    process.env[urlVariable] = server.url;
    announce(server.origin);
  } catch (error) {
    if (error instanceof NoServerError) {
      process.env[absenceVariable] = error.message;
      if (!process.env['CI']) {
        announce(`WARNING: tests are skipped, ${error.message}`);
      }
    }
    throw error;
  }
}

function describeFailure(failure: unknown): string {
  const { message, cause } = failure instanceof Error ? failure : new Error(String(failure));
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

// On stderr, because `jest --json` owns stdout.
function announce(text: string): void {
  process.stderr.write(`test database: ${text}\n`);
}
