import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { describeWith, verifies } from '@otelier/testkit';
import { Pool } from 'pg';
import { activeSpanId, inRequest, ObservedDriver } from './observed-driver';

describeWith('postgres', 'a pool of pg', () => {
  let driver: ObservedDriver;
  let name: string;

  beforeAll(async () => {
    driver = await ObservedDriver.start();
    const { host, port, database } = driver.database;
    name = `${host}:${port}/${database}`;
  });
  afterEach(() => driver.clear());
  afterAll(() => driver.stop());

  /** One metric as `pool state: value`, for the pools that are there. */
  async function values(metric: string): Promise<Record<string, number>> {
    const points = await driver.telemetry.metric(`db.client.connection.${metric}`);
    return Object.fromEntries(
      points.map(({ attributes, sum }) => [
        [attributes['db.client.connection.pool.name'], attributes['db.client.connection.state']].filter(Boolean).join(' '),
        sum,
      ]),
    );
  }

  verifies(['D1', 'D5', 'R12'], 'gives a connection to two hundred requests at once, each in its own context', async () => {
    const pool = driver.pool({ max: 3 });
    const requests = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        inRequest(
          () =>
            new Promise<(string | undefined)[]>((resolve) => {
              pool.connect((_error, client, done) => {
                const connected = activeSpanId();
                client?.query('SELECT $1::int', [index], () => {
                  const answered = activeSpanId();
                  done();
                  pool.query('SELECT $1::int', [index], () => resolve([connected, answered, activeSpanId()]));
                });
              });
            }),
        ),
      ),
    );
    for (const { requestId, result } of requests) {
      expect(result).toEqual([requestId, requestId, requestId]);
    }
    await driver.telemetry.waitFor(() => driver.querySpans().length === 400);
    const parents = driver.querySpans().map(({ parentSpanContext }) => parentSpanContext?.spanId ?? '');
    expect(parents.toSorted()).toEqual(requests.flatMap(({ requestId }) => [requestId, requestId]).toSorted());
  });

  verifies(['D1', 'D5'], 'serves a transaction on one client, with a span a statement', async () => {
    const pool = driver.pool();
    await inRequest(async () => {
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query('SELECT 1');
      await client.query('ROLLBACK');
      client.release();
    });
    expect(driver.querySpans().map((span) => span.name)).toEqual(['BEGIN', 'SELECT', 'ROLLBACK']);
  });

  verifies('M4', 'is counted as it stands: idle and used connections, those who wait, and the most it may open', async () => {
    const pool = driver.pool({ max: 2 });
    const held = await Promise.all([pool.connect(), pool.connect()]);
    const waiting = [pool.connect(), pool.connect(), pool.connect()];
    expect(await values('count')).toMatchObject({ [`${name} idle`]: 0, [`${name} used`]: 2 });
    expect(await values('max')).toMatchObject({ [name]: 2 });
    expect(await values('pending_requests')).toMatchObject({ [name]: 3 });
    held.forEach((client) => client.release());
    for (const client of waiting) {
      (await client).release();
    }
    expect(await values('count')).toMatchObject({ [`${name} idle`]: 2, [`${name} used`]: 0 });
    expect(await values('pending_requests')).toMatchObject({ [name]: 0 });
  });

  verifies('M4', 'is counted before its first connection is there', async () => {
    const pool = driver.pool({ max: 1 });
    const connecting = [pool.connect(), pool.connect()];
    expect(await values('pending_requests')).toMatchObject({ [name]: 1 });
    for (const client of connecting) {
      (await client).release();
    }
  });

  verifies('M4', 'has no most number of connections where that is infinite', async () => {
    const pool = driver.pool({ max: Number.POSITIVE_INFINITY });
    await pool.query('SELECT 1');
    // A pool that has ended before may have left a zero.
    expect((await values('max'))[name] ?? 0).toBe(0);
    expect(await values('count')).toHaveProperty([`${name} idle`], 1);
  });

  verifies('M4', 'is told from other pools of the same server, and right while they change', async () => {
    const [first, second] = [driver.pool({ max: 1 }), driver.pool({ max: 5 })];
    const held = [await first.connect(), await second.connect(), await second.connect()];
    await second.connect().then((client) => client.release());
    expect(await values('count')).toMatchObject({
      [`${name} idle`]: 0,
      [`${name} used`]: 1,
      [`${name}#2 idle`]: 1,
      [`${name}#2 used`]: 2,
    });
    expect(await values('max')).toMatchObject({ [name]: 1, [`${name}#2`]: 5 });
    held.forEach((client) => client.release());
  });

  verifies('M4', 'is gone from the metrics when it has ended, and gives its name free', async () => {
    const first = driver.pool({ max: 7 });
    await first.query('SELECT 1');
    expect(await values('max')).toMatchObject({ [name]: 7 });
    await first.end();
    expect(await values('max')).toMatchObject({ [name]: 0 });
    const next = driver.pool({ max: 3 });
    await next.query('SELECT 1');
    expect(await values('max')).toMatchObject({ [name]: 3 });
  });

  verifies('M4', 'has the time that each request waited for its connection, and none for those that got none', async () => {
    const pool = driver.pool({ max: 1, connectionTimeoutMillis: 400 });
    const held = await pool.connect();
    await expect(pool.connect()).rejects.toThrow('timeout exceeded');
    await new Promise<void>((resolve) => {
      pool.connect((error) => {
        expect(error).toBeInstanceOf(Error);
        resolve();
      });
    });
    held.release();
    await pool.query('SELECT 1');
    expect(await driver.telemetry.metric('db.client.connection.wait_time')).toMatchObject([
      { count: 2, attributes: { 'db.client.connection.pool.name': name } },
    ]);
  });

  verifies('M4', 'is observed again by the next set-up, before anybody uses it', async () => {
    const pool = new Pool({ connectionString: driver.database.url, max: 4 });
    await pool.query('SELECT 1');
    await driver.stop();
    const idle = await pool.connect();
    driver = await ObservedDriver.start();
    expect(await values('max')).toEqual({ [name]: 4 });
    expect(await values('count')).toEqual({ [`${name} idle`]: 0, [`${name} used`]: 1 });
    idle.release();
    await pool.query('SELECT 1');
    expect(await values('count')).toEqual({ [`${name} idle`]: 1, [`${name} used`]: 0 });
    await pool.end();
  });

  verifies(['D1', 'M4'], 'keeps its listeners, and what it answers, as they are without observation', async () => {
    const pool = driver.pool();
    const before = pool.eventNames();
    await withSpan('request', () => pool.query('SELECT 1'));
    expect(pool.eventNames()).toEqual(before);
    await pool.end();
    await expect(pool.connect()).rejects.toThrow('Cannot use a pool after calling end on the pool');
    await expect(context.with(ROOT_CONTEXT, () => pool.query('SELECT 1'))).rejects.toThrow('after calling end');
  });
});
