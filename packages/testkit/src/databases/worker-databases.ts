import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import pg from 'pg';
import { askRedis } from './redis-connection';
import type { DatabaseKind } from './test-run';

/** Creates and removes the databases of one test run on a server. */
export interface WorkerDatabases {
  create(names: readonly string[]): Promise<void>;
  drop(prefix: string): Promise<void>;
}

/** Databases of a kind on the server at a URL. */
export function databasesOf(kind: DatabaseKind, url: string): WorkerDatabases {
  return { postgres: postgresDatabases, mysql: mysqlDatabases, redis: redisDatabases }[kind](url);
}

/** Databases on the PostgreSQL server at a URL whose user may create databases. */
export function postgresDatabases(url: string): WorkerDatabases {
  const withClient = async (use: (client: pg.Client) => Promise<void>): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    try {
      await use(client);
    } finally {
      await client.end();
    }
  };
  return {
    create: (names) =>
      withClient(async (client) => {
        for (const name of names) {
          await client.query(`CREATE DATABASE "${name}"`);
        }
      }),
    drop: (prefix) =>
      withClient(async (client) => {
        const query = 'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)';
        const { rows } = await client.query<{ name: string }>(query, [prefix]);
        for (const { name } of rows) {
          await client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
        }
      }),
  };
}

/** Databases on the MySQL or MariaDB server at a URL whose user may create databases. */
export function mysqlDatabases(url: string): WorkerDatabases {
  const withConnection = async (
    use: (run: (sql: string) => Promise<RowDataPacket[]>) => Promise<void>,
  ): Promise<void> => {
    const connection = await createConnection(url);
    try {
      await use(async (sql) => (await connection.query<RowDataPacket[]>(sql))[0]);
    } finally {
      await connection.end();
    }
  };
  return {
    create: (names) =>
      withConnection(async (run) => {
        for (const name of names) {
          await run(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`);
        }
      }),
    drop: (prefix) =>
      withConnection(async (run) => {
        const rows = await run(`SHOW DATABASES WHERE \`Database\` LIKE '${prefix.replaceAll('_', '\\_')}%'`);
        for (const row of rows) {
          await run(`DROP DATABASE IF EXISTS \`${String(row['Database'])}\``);
        }
      }),
  };
}

/**
 * Databases on the Redis server at a URL: they are there from the beginning, under the numbers that the names end in.
 * Runs that share a server by URL share them too.
 */
export function redisDatabases(url: string): WorkerDatabases {
  return {
    create: async (names) => {
      const indexes = names.map((name) => redisIndex(name));
      await askRedis(url, ...indexes.flatMap((index) => [['SELECT', index], ['FLUSHDB']]));
    },
    drop: async () => {},
  };
}

/** The index of the database of a worker in Redis, from its name in the other servers: `otelier_test_ab12_3` is 3. */
function redisIndex(name: string): string {
  return /\d+$/.exec(name)?.[0] ?? '0';
}
