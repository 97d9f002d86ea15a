import type { Readable } from 'node:stream';
import type { Connection, Pool, PoolCluster, Query } from 'mysql2';
import type { Driver } from './drivers.js';

/** What the forms are called on; all of them go to the same database. */
export interface Targets {
  readonly driver: Driver;
  readonly connection: Connection;
  readonly pool: Pool;
  readonly cluster: PoolCluster;
}

/** Calls back whenever the driver goes on with a query. */
export type Went = () => void;

/** One way to give a statement to the driver: it ends when the driver has answered, with the rows. */
export interface QueryForm {
  readonly title: string;
  /** Whether the statement is prepared by the server. */
  readonly prepares?: boolean;
  run(targets: Targets, sql: string, went: Went): Promise<unknown>;
}

type Callback = (error: Error | null, rows?: unknown) => void;

const byCallback =
  (call: (targets: Targets, sql: string, done: Callback) => void): QueryForm['run'] =>
  (targets, sql, went) =>
    new Promise((resolve, reject) => {
      call(targets, sql, (error, rows) => {
        went();
        if (error) {
          reject(error);
        } else {
          resolve(rows);
        }
      });
    });

const byEvents =
  (call: (targets: Targets, sql: string) => unknown): QueryForm['run'] =>
  (targets, sql, went) =>
    new Promise((resolve, reject) => {
      const rows: unknown[] = [];
      (call(targets, sql) as Query)
        .on('error', (error) => {
          went();
          reject(error as Error);
        })
        .on('fields', went)
        .on('result', (row: unknown) => {
          went();
          rows.push(row);
        })
        .on('end', () => {
          went();
          resolve(rows);
        });
    });

const byStream =
  (call: (targets: Targets, sql: string) => unknown): QueryForm['run'] =>
  (targets, sql, went) =>
    new Promise((resolve, reject) => {
      const rows: unknown[] = [];
      const stream: Readable = (call(targets, sql) as Query).stream({ highWaterMark: 1 });
      stream
        .on('error', (error) => {
          went();
          reject(error);
        })
        .on('data', (row) => {
          went();
          rows.push(row);
        })
        .on('end', () => {
          went();
          resolve(rows);
        });
    });

const byPromise =
  (call: (targets: Targets, sql: string) => Promise<unknown>): QueryForm['run'] =>
  async (targets, sql, went) => {
    const [rows] = (await call(targets, sql).finally(went)) as [unknown];
    return rows;
  };

/** Every form that the driver has. */
export const QUERY_FORMS: readonly QueryForm[] = [
  { title: 'query with a callback', run: byCallback(({ connection }, sql, done) => connection.query(sql, done)) },
  {
    title: 'query with options, values and a callback',
    run: byCallback(({ connection }, sql, done) => connection.query({ sql }, [], done)),
  },
  { title: 'query with a promise', run: byPromise(({ connection }, sql) => connection.promise().query(sql)) },
  { title: 'query with events', run: byEvents(({ connection }, sql) => connection.query(sql)) },
  { title: 'query with values and events', run: byEvents(({ connection }, sql) => connection.query(sql, [])) },
  { title: 'query with a stream', run: byStream(({ connection }, sql) => connection.query(sql)) },
  {
    title: 'a query that was made before',
    run: byCallback(({ driver, connection }, sql, done) => {
      const { createQuery } = driver as unknown as { createQuery: (...args: unknown[]) => string };
      connection.query(createQuery(sql, done, undefined, {}));
    }),
  },
  {
    title: 'execute with a callback',
    prepares: true,
    run: byCallback(({ connection }, sql, done) => connection.execute(sql, done)),
  },
  {
    title: 'execute with a promise',
    prepares: true,
    run: byPromise(({ connection }, sql) => connection.promise().execute(sql)),
  },
  { title: 'execute with events', prepares: true, run: byEvents(({ connection }, sql) => connection.execute(sql, [])) },
  { title: 'execute with a stream', prepares: true, run: byStream(({ connection }, sql) => connection.execute(sql, [])) },
  {
    title: 'a prepared statement with a callback',
    prepares: true,
    run: byCallback(({ connection }, sql, done) => {
      connection.prepare(sql, (error, statement) => {
        if (error) {
          done(error);
        } else {
          statement.execute([], done);
        }
      });
    }),
  },
  {
    title: 'a prepared statement with a promise',
    prepares: true,
    run: byPromise(async ({ connection }, sql) => (await connection.promise().prepare(sql)).execute([])),
  },
  { title: 'query on a pool with a callback', run: byCallback(({ pool }, sql, done) => pool.query(sql, done)) },
  { title: 'query on a pool with a promise', run: byPromise(({ pool }, sql) => pool.promise().query(sql)) },
  { title: 'query on a pool with events', run: byEvents(({ pool }, sql) => pool.query(sql)) },
  { title: 'query on a pool with a stream', run: byStream(({ pool }, sql) => pool.query(sql)) },
  {
    title: 'execute on a pool with a callback',
    prepares: true,
    run: byCallback(({ pool }, sql, done) => pool.execute(sql, done)),
  },
  {
    title: 'execute on a pool with a promise',
    prepares: true,
    run: byPromise(({ pool }, sql) => pool.promise().execute(sql)),
  },
  {
    title: 'query on a connection of a pool',
    run: byCallback(({ pool }, sql, done) => {
      pool.getConnection((error, connection) => {
        connection.query(sql, (failure, rows) => {
          connection.release();
          done(error ?? failure, rows);
        });
      });
    }),
  },
  { title: 'query on a cluster', run: byCallback(({ cluster }, sql, done) => void cluster.of('*').query(sql, done)) },
  {
    title: 'execute on a cluster',
    prepares: true,
    run: byCallback(({ cluster }, sql, done) => cluster.of('*').execute(sql, [], done)),
  },
];
