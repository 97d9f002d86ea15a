import { kinds, prefixVariable } from './test-run';
import type { DatabaseKind } from './test-run';

/** The database of one Jest worker. */
export interface TestDatabase {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

// No driver is imported here: tests decide what is imported first, and see no queries but their own.

/**
 * This Jest worker's own database on a real PostgreSQL; it is empty when the run starts and shared by its test files.
 * @throws Error that begins with `no PostgreSQL server:` when the run has none.
 */
export async function testPostgres(): Promise<TestDatabase> {
  return databaseOf('postgres');
}

/**
 * This Jest worker's own database on a real MariaDB or MySQL; it is empty when the run starts and shared by its test
 * files.
 * @throws Error that begins with `no MySQL server:` when the run has none.
 */
export async function testMysql(): Promise<TestDatabase> {
  return databaseOf('mysql');
}

/**
 * This Jest worker's own database on a real Redis: an index, empty when the run starts and shared by the worker's test
 * files.
 * @throws Error that begins with `no Redis server:` when the run has none.
 */
export async function testRedis(): Promise<TestDatabase> {
  return databaseOf('redis');
}

/** Why this run has no server of a kind, such as `no MySQL server: …`; undefined when it has one. */
export function missingServer(kind: DatabaseKind): string | undefined {
  const { product, urlVariable, absenceVariable } = kinds[kind];
  if (process.env[urlVariable]) {
    return undefined;
  }
  return process.env[absenceVariable] ?? `no ${product} server: Jest's global set-up did not run`;
}

/** Defines tests that need a server; without one they are skipped, and the title of the group says why. */
export function describeWith(kind: DatabaseKind, title: string, define: () => void): void {
  const reason = missingServer(kind);
  if (reason === undefined) {
    describe(title, define);
  } else {
    describe.skip(`${title} (skipped: ${reason})`, define);
  }
}

/** Name of the database of a worker in this run. */
export function databaseName(prefix: string, worker: number | string): string {
  return `${prefix}${worker}`;
}

const defaultPorts: Readonly<Record<DatabaseKind, number>> = { postgres: 5432, mysql: 3306, redis: 6379 };

function databaseOf(kind: DatabaseKind): TestDatabase {
  const reason = missingServer(kind);
  if (reason !== undefined) {
    throw new Error(reason);
  }
  const url = new URL(process.env[kinds[kind].urlVariable] ?? '');
  const worker = process.env['JEST_WORKER_ID'] ?? 1;
  // A database of Redis has no name, only a number.
  const database = kind === 'redis' ? String(worker) : databaseName(process.env[prefixVariable] ?? '', worker);
  url.pathname = `/${database}`;
  return {
    url: url.href,
    host: url.hostname,
    port: Number(url.port || defaultPorts[kind]),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
  };
}
