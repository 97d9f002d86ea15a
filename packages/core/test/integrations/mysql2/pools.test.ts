import { withSpan } from '@otelier/core';
import { describeWith, testMysql, verifies, type TestDatabase } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { Pool } from 'mysql2';
import { DRIVERS } from './drivers.js';

const POOL = 'db.client.connection.pool.name';

describe.each(DRIVERS)('the pools of %s', (_name, driver) => {
  describeWith('mysql', 'on a server', () => {
    let database: TestDatabase;
    let telemetry: TelemetryProbe;
    const open: { end(done: () => void): void }[] = [];

    beforeEach(async () => {
      database = await testMysql();
      telemetry = new TelemetryProbe();
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((pool) => new Promise<void>((resolve) => pool.end(resolve))));
      // Pools that have ended give their names back when they are read.
      await telemetry.clear();
      await telemetry.otel.shutdown();
    });

    const poolName = (): string => `${database.host}:${database.port}/${database.database}`;

    async function counts(name: string): Promise<Record<string, number>> {
      const states = (await telemetry.metric('db.client.connection.count')).filter(({ attributes }) => attributes[POOL] === name);
      return Object.fromEntries(states.map(({ attributes, sum }) => [String(attributes['db.client.connection.state']), sum]));
    }

    verifies('M4', 'tell how many connections are idle, used and waited for', async () => {
      const pool: Pool = driver.createPool({ uri: database.url, connectionLimit: 2 });
      open.push(pool);
      const [first, second] = await Promise.all([pool.promise().getConnection(), pool.promise().getConnection()]);
      first.release();
      expect(await counts(poolName())).toEqual({ idle: 1, used: 1 });
      const third = await pool.promise().getConnection();
      const fourth = pool.promise().getConnection();
      expect(await telemetry.metric('db.client.connection.pending_requests')).toMatchObject([
        { sum: 1, attributes: { [POOL]: poolName() } },
      ]);
      expect(await telemetry.metric('db.client.connection.max')).toMatchObject([{ sum: 2 }]);
      third.release();
      (await fourth).release();
      second.release();
      expect(await counts(poolName())).toEqual({ idle: 2, used: 0 });
    });

    verifies('M4', 'tell of no limit when they have none', async () => {
      const pool: Pool = driver.createPool({ uri: database.url, connectionLimit: 0 });
      open.push(pool);
      await pool.promise().query('SELECT 1');
      expect(await counts(poolName())).toEqual({ idle: 1, used: 0 });
      expect(await telemetry.metric('db.client.connection.max')).toEqual([]);
    });

    verifies('M4', 'tell how long each caller waited, once, however the connection came', async () => {
      const pool: Pool = driver.createPool({ uri: database.url, connectionLimit: 1 });
      open.push(pool);
      await Promise.all([1, 2, 3].map((id) => pool.promise().query('SELECT ? AS id', [id])));
      const holder = await pool.promise().getConnection();
      const waiting = pool.promise().getConnection();
      // The pool makes another connection for the one who waits.
      holder.destroy();
      (await waiting).release();
      const waits = await telemetry.metric('db.client.connection.wait_time');
      expect(waits).toMatchObject([{ count: 5, attributes: { [POOL]: poolName() } }]);
    });

    verifies('M4', 'record no wait that ended in an error', async () => {
      const pool: Pool = driver.createPool({ uri: database.url, connectionLimit: 1, waitForConnections: false });
      open.push(pool);
      const holder = await pool.promise().getConnection();
      await expect(pool.promise().getConnection()).rejects.toThrow('No connections available.');
      holder.release();
      expect(await telemetry.metric('db.client.connection.wait_time')).toMatchObject([{ count: 1 }]);
    });

    verifies('M4', 'have names of their own within a cluster', async () => {
      const cluster = driver.createPoolCluster();
      cluster.add('one', { uri: database.url, connectionLimit: 3 });
      cluster.add('two', { uri: database.url, connectionLimit: 4 });
      open.push(cluster);
      const query = (id: string): Promise<unknown> =>
        new Promise((resolve) => void cluster.of(id).query('SELECT 1', (_error, rows) => resolve(rows)));
      await withSpan('request', () => Promise.all([query('one'), query('two')]));
      const limits = await telemetry.metric('db.client.connection.max');
      expect(limits.map(({ sum }) => sum).sort()).toEqual([3, 4]);
      expect(new Set(limits.map(({ attributes }) => attributes[POOL])).size).toBe(2);
    });

    verifies('M4', 'say nothing any more when they have ended', async () => {
      const pool: Pool = driver.createPool({ uri: database.url, connectionLimit: 1 });
      await pool.promise().query('SELECT 1');
      expect(await counts(poolName())).toEqual({ idle: 1, used: 0 });
      await pool.promise().end();
      expect(await counts(poolName())).toEqual({ idle: 0, used: 0 });
    });
  });
});
