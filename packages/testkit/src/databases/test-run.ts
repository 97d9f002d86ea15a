import type { DatabaseServer } from './database-server';

/** The kinds of server that the tests use, with the variables that tell the Jest workers about them. */
export const kinds = {
  postgres: { product: 'PostgreSQL', urlVariable: 'OTELIER_TEST_PG_URL', absenceVariable: 'OTELIER_TEST_PG_ABSENCE' },
  mysql: { product: 'MySQL', urlVariable: 'OTELIER_TEST_MYSQL_URL', absenceVariable: 'OTELIER_TEST_MYSQL_ABSENCE' },
  redis: { product: 'Redis', urlVariable: 'OTELIER_TEST_REDIS_URL', absenceVariable: 'OTELIER_TEST_REDIS_ABSENCE' },
} as const;

/** A kind of server. */
export type DatabaseKind = keyof typeof kinds;

/** Variable that holds the prefix of this run's databases; runs that share a server by URL stay apart by it. */
export const prefixVariable = 'OTELIER_TEST_DATABASE_PREFIX';

/** What global set-up leaves to global teardown. */
export interface TestRun {
  readonly prefix: string;
  readonly servers: { readonly kind: DatabaseKind; readonly server: DatabaseServer; readonly isGiven: boolean }[];
}

const key = Symbol.for('otelier.testkit.run');

/** The run of this Jest process, from global set-up to global teardown. */
export const currentRun = globalThis as { [key]?: TestRun };

/** The key of the run in {@link currentRun}. */
export { key as runKey };
