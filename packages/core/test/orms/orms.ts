import { testMysql, testPostgres } from '@otelier/testkit';

/** The ORMs, each with the databases for which it takes a driver that is observed. */
export const ORMS = [
  { orm: 'knex', kind: 'postgres' },
  { orm: 'knex', kind: 'mysql' },
  { orm: 'typeorm', kind: 'postgres' },
  { orm: 'typeorm', kind: 'mysql' },
  { orm: 'sequelize', kind: 'postgres' },
  { orm: 'sequelize', kind: 'mysql' },
  { orm: 'drizzle', kind: 'postgres' },
  { orm: 'drizzle', kind: 'mysql' },
  { orm: 'kysely', kind: 'postgres' },
  { orm: 'kysely', kind: 'mysql' },
  { orm: 'prisma', kind: 'postgres' },
] as const;

/** The address of this worker's database. */
export async function databaseUrl(kind: 'postgres' | 'mysql'): Promise<string> {
  return (await (kind === 'postgres' ? testPostgres() : testMysql())).url;
}
