import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { describeWith, testMysql, verifies, type TestDatabase } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { createPool, type Pool, type RowDataPacket } from 'mysql2';

describeWith('mysql', 'mysql2', () => {
  let database: TestDatabase;
  let telemetry: TelemetryProbe;
  let pool: Pool;

  beforeAll(async () => {
    database = await testMysql();
    pool = createPool({ uri: database.url, connectionLimit: 2 });
    telemetry = new TelemetryProbe();
    await pool.promise().query('DROP TABLE IF EXISTS payments');
    await pool.promise().query('CREATE TABLE payments (id int PRIMARY KEY, card varchar(32))');
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    await telemetry.otel.shutdown();
    await pool.promise().end();
  });

  const querySpan = (): Promise<ReadableSpan> => telemetry.span((span) => span.kind === SpanKind.CLIENT);

  verifies(['D1', 'D2', 'D3', 'D4'], 'makes one CLIENT span of a query and hides the values that the driver inlined', async () => {
    await withSpan('request', () =>
      pool.promise().query('SELECT * FROM payments WHERE card = ? AND id = ?', ['hunter2', 12]),
    );
    const parent = await telemetry.span((span) => span.name === 'request');
    const query = await querySpan();
    expect(telemetry.spans()).toHaveLength(2);
    expect(query.name).toBe('SELECT payments');
    expect(query.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    expect(query.attributes).toEqual({
      'db.system.name': await systemOf(pool),
      'db.namespace': database.database,
      'db.query.summary': 'SELECT payments',
      'db.query.text': 'SELECT * FROM payments WHERE card = ? AND id = ?',
      'db.response.returned_rows': 0,
      'server.address': database.host,
      'server.port': database.port,
    });
  });

  verifies(['D1', 'D3'], 'makes one CLIENT span of a prepared statement', async () => {
    await withSpan('request', () => pool.promise().execute('INSERT INTO payments VALUES (?, ?)', [1, 'x']));
    const query = await querySpan();
    expect(query.name).toBe('INSERT payments');
    expect(query.attributes['db.query.text']).toBe('INSERT INTO payments VALUES (?, ?)');
    expect(telemetry.spans()).toHaveLength(2);
  });

  verifies('D1', 'makes no span outside a span, and measures the query all the same', async () => {
    const system = await systemOf(pool);
    await telemetry.clear();
    await context.with(ROOT_CONTEXT, () => pool.promise().query('SELECT 1'));
    expect(telemetry.spans()).toEqual([]);
    const points = await telemetry.metric('db.client.operation.duration');
    expect(points).toMatchObject([{ count: 1, attributes: { 'db.system.name': system } }]);
  });

  verifies(['D1', 'R12'], 'calls back in the context of whoever asked', async () => {
    const traces = await withSpan('request', (span) =>
      new Promise<string[]>((resolve) => {
        pool.query('SELECT 1', () => resolve([span.spanContext().traceId, trace.getActiveSpan()?.spanContext().traceId ?? '']));
      }),
    );
    expect(traces[1]).toBe(traces[0]);
    expect((await querySpan()).spanContext().traceId).toBe(traces[0]);
  });

  verifies('D1', 'ends the span of a streamed query with its last row', async () => {
    const rows = await withSpan('request', async () => {
      const seen: unknown[] = [];
      for await (const row of pool.query('SELECT 1 AS n UNION SELECT 2').stream()) {
        seen.push(row);
      }
      return seen;
    });
    expect(rows).toHaveLength(2);
    expect((await querySpan()).status.code).toBe(SpanStatusCode.UNSET);
  });

  verifies(['D3', 'D4'], 'records the error number of a failure and nothing of its values', async () => {
    await pool.promise().query("REPLACE INTO payments VALUES (9, 'x')");
    const failing = withSpan('request', () => pool.promise().query("INSERT INTO payments VALUES (9, 'hunter2')"));
    await expect(failing).rejects.toMatchObject({ errno: 1062, code: 'ER_DUP_ENTRY' });
    const query = await querySpan();
    expect(query.attributes).toMatchObject({ 'error.type': '1062', 'db.response.status_code': '1062' });
    expect(query.status).toEqual({ code: SpanStatusCode.ERROR, message: '1062' });
    expect(JSON.stringify([query.attributes, query.events, query.status])).not.toContain('hunter2');
  });
});

/** What the server says that it is. */
async function systemOf(pool: Pool): Promise<string> {
  const [[row]] = await pool.promise().query<RowDataPacket[]>('SELECT VERSION() AS version');
  return String(row?.['version']).includes('MariaDB') ? 'mariadb' : 'mysql';
}
