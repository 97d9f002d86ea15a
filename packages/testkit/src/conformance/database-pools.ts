import { createPool, type Pool as MysqlPool, type RowDataPacket } from 'mysql2/promise';
import { Pool as PgPool } from 'pg';
import { missingServer, testMysql, testPostgres } from '../databases/test-database.js';

/** How many connections the requests of a spec have to share. */
const CONNECTIONS = 2;

/** Pools with two connections each, for the endpoints that query. */
export interface DatabasePools {
  pg(id: number): Promise<number>;
  /** Rejects when this run has no MySQL server. */
  mysql(id: number): Promise<number>;
  /** The statement that asks for it, as the MySQL server has got it; empty when this run has none. */
  statement(): Promise<string>;
  close(): Promise<void>;
}

let pools: DatabasePools | undefined;

/** Opens the pools that the endpoints use. */
export async function openPools(): Promise<DatabasePools> {
  const pg = new PgPool({ connectionString: (await testPostgres()).url, max: CONNECTIONS });
  pg.on('error', () => {});
  const mysql = await openMysql();
  pools = {
    async pg(id) {
      const { rows } = await pg.query<{ id: number }>('SELECT $1::int AS id, pg_sleep(0.002)', [id]);
      return rows[0]?.id ?? -1;
    },
    async mysql(id) {
      const [rows] = (await mysql?.query<RowDataPacket[]>('SELECT ? AS id, SLEEP(0.002)', [id])) ?? [[]];
      return (rows[0] as { id: number } | undefined)?.id ?? -1;
    },
    async statement() {
      const sql = 'SELECT info FROM information_schema.processlist WHERE id = CONNECTION_ID()';
      const [rows] = (await mysql?.query<RowDataPacket[]>(sql)) ?? [[]];
      return String(rows[0]?.['info'] ?? '');
    },
    async close() {
      await pg.end();
      await mysql?.end();
    },
  };
  return pools;
}

/** The pools that are open. */
export function openedPools(): DatabasePools {
  if (pools === undefined) {
    throw new Error('openPools() has not been called');
  }
  return pools;
}

async function openMysql(): Promise<MysqlPool | undefined> {
  return missingServer('mysql') === undefined
    ? createPool({ uri: (await testMysql()).url, connectionLimit: CONNECTIONS })
    : undefined;
}
