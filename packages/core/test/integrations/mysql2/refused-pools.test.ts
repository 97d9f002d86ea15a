import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { SpanStatusCode } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { Pool } from 'mysql2';
import { clientSpans, DRIVERS } from './drivers.js';

type Told = (error: unknown) => void;

const FORMS: readonly (readonly [string, (pool: Pool, told: Told) => unknown])[] = [
  ['a query with a callback', (pool, told) => pool.query("SELECT 'hunter2', ?", ['b'], told)],
  ['a query with options', (pool, told) => pool.query({ sql: "SELECT 'hunter2', ?", values: ['b'] }, told)],
  ['a query with events', (pool, told) => pool.query("SELECT 'hunter2', ?", ['b']).on('error', told)],
  ['a query with a promise', (pool, told) => pool.promise().query("SELECT 'hunter2', ?", ['b']).catch(told)],
  ['an execution with a callback', (pool, told) => pool.execute("SELECT 'hunter2', ?", ['b'], told)],
  ['an execution with a promise', (pool, told) => pool.promise().execute("SELECT 'hunter2', ?", ['b']).catch(told)],
];

describe.each(DRIVERS)('a pool of %s that gets no connection', (_name, driver) => {
  let telemetry: TelemetryProbe;

  beforeAll(() => {
    telemetry = new TelemetryProbe({ database: { queryParameters: true } });
  });
  afterAll(() => telemetry.otel.shutdown());

  for (const [what, give] of FORMS) {
    verifies(['D1', 'D3', 'D5', 'M4'], `makes one span of ${what}, which has the error that the caller is told`, async () => {
      const pool = driver.createPool({ host: '127.0.0.1', port: 1, database: 'shop' });
      let told: unknown;
      await telemetry.metric('db.client.operation.duration');
      const [span, ...others] = await clientSpans(telemetry, async () => {
        told = await new Promise((resolve) => void give(pool, resolve));
      });
      expect(others).toEqual([]);
      expect(told).toMatchObject({ code: 'ECONNREFUSED' });
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
      expect(span?.attributes).toEqual({
        'db.system.name': 'mysql',
        'db.namespace': 'shop',
        'db.query.summary': 'SELECT',
        'db.query.text': 'SELECT ?, ?',
        'db.query.parameter.0': 'b',
        'server.address': '127.0.0.1',
        'server.port': 1,
        'error.type': 'ECONNREFUSED',
      });
      expect(await telemetry.metric('db.client.operation.duration')).toMatchObject([
        { count: 1, attributes: { 'error.type': 'ECONNREFUSED' } },
      ]);
      await pool.promise().end();
    });
  }

  verifies(['D1', 'D5', 'M4'], 'makes no span of a connection that is asked for alone', async () => {
    const pool = driver.createPool({ host: '127.0.0.1', port: 1 });
    await withSpan('request', () => pool.promise().query('SELECT 1').catch(() => {}));
    const spans = await clientSpans(telemetry, () => pool.promise().getConnection().catch(() => {}), 0);
    expect(spans).toEqual([]);
    await pool.promise().end();
  });

  verifies(['D1', 'D5'], 'counts the time that a statement has waited into its span', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const pool = driver.createPool({ host: '127.0.0.1', port, connectTimeout: 50 });
    const [span] = await clientSpans(telemetry, () => pool.promise().query('SELECT 1').catch(() => {}));
    expect(span?.attributes['error.type']).toBe('ETIMEDOUT');
    expect((span?.duration[1] ?? 0) / 1e6).toBeGreaterThan(40);
    await pool.promise().end();
    await new Promise((resolve) => silent.close(resolve));
  });
});
