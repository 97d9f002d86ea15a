import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { describeWith, testPostgres, verifies, type TestDatabase } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { Client, DatabaseError, Pool } from 'pg';

describeWith('postgres', 'pg', () => {
  let database: TestDatabase;
  let telemetry: TelemetryProbe;
  let pool: Pool;

  beforeAll(async () => {
    database = await testPostgres();
    // The driver was imported and its pool made before the set-up.
    pool = new Pool({ connectionString: database.url, max: 2 });
    pool.on('error', () => {});
    telemetry = new TelemetryProbe();
    await pool.query('DROP TABLE IF EXISTS users');
    await pool.query('CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE)');
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    await telemetry.otel.shutdown();
    await pool.end();
  });

  const querySpan = (): Promise<ReadableSpan> => telemetry.span((span) => span.kind === SpanKind.CLIENT);

  verifies(['D1', 'D2', 'D3'], 'makes one CLIENT span of a query, beneath the active span', async () => {
    await withSpan('request', () => pool.query('SELECT email FROM users WHERE id = $1', [7]));
    const parent = await telemetry.span((span) => span.name === 'request');
    const query = await querySpan();
    expect(telemetry.spans()).toHaveLength(2);
    expect(query.name).toBe('SELECT users');
    expect(query.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    expect(query.status.code).toBe(SpanStatusCode.UNSET);
    expect(query.attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': database.database,
      'db.query.summary': 'SELECT users',
      'db.query.text': 'SELECT email FROM users WHERE id = $1',
      'db.response.returned_rows': 0,
      'server.address': database.host,
      'server.port': database.port,
    });
  });

  verifies('D1', 'makes no span outside a span, and measures the query all the same', async () => {
    await context.with(ROOT_CONTEXT, () => pool.query('SELECT 1'));
    expect(telemetry.spans()).toEqual([]);
    const points = await telemetry.metric('db.client.operation.duration');
    expect(points).toMatchObject([
      { count: 1, attributes: { 'db.system.name': 'postgresql', 'db.query.summary': 'SELECT' } },
    ]);
  });

  verifies('D1', 'follows callbacks as it follows promises', async () => {
    const seen = await withSpan('request', (span) =>
      new Promise<string>((resolve, reject) => {
        pool.query("INSERT INTO users VALUES (1, 'a@example.com')", (error) => {
          if (error) {
            reject(error);
          } else {
            resolve(span.spanContext().traceId);
          }
        });
      }),
    );
    const query = await querySpan();
    expect(query.name).toBe('INSERT users');
    expect(query.spanContext().traceId).toBe(seen);
  });

  verifies(['D3', 'D4'], 'records the SQLSTATE of a failure and nothing of its values', async () => {
    const failing = withSpan('request', () => pool.query("SELECT 'hunter2'::int FROM users"));
    await expect(failing).rejects.toThrow(DatabaseError);
    await expect(failing).rejects.toMatchObject({ code: '22P02', message: expect.stringContaining('hunter2') as string });
    const query = await querySpan();
    expect(query.attributes).toMatchObject({ 'error.type': '22P02', 'db.response.status_code': '22P02' });
    expect(query.status).toEqual({ code: SpanStatusCode.ERROR, message: '22P02' });
    expect(query.attributes['db.query.text']).toBe('SELECT ?::int FROM users');
    expect(JSON.stringify([query.attributes, query.events, query.status])).not.toContain('hunter2');
    const [point] = await telemetry.metric('db.client.operation.duration');
    expect(point?.attributes['error.type']).toBe('22P02');
  });

  verifies('D3', 'records the system error of a query whose connection is gone', async () => {
    const client = new Client({ connectionString: database.url });
    client.on('error', () => {});
    await client.connect();
    await client.end();
    await expect(withSpan('request', () => client.query('SELECT 1'))).rejects.toThrow(Error);
    const query = await querySpan();
    expect(query.status.code).toBe(SpanStatusCode.ERROR);
    expect(query.attributes['error.type']).toBe('Error');
    expect(query.attributes['db.response.status_code']).toBeUndefined();
  });

  verifies('D4', 'replaces the literals of a statement and keeps its placeholders', async () => {
    await withSpan('request', () =>
      pool.query("SELECT id FROM users WHERE email = 'secret@example.com' AND id > 41 AND id < $1", [5]),
    );
    const query = await querySpan();
    expect(query.attributes['db.query.text']).toBe('SELECT id FROM users WHERE email = ? AND id > ? AND id < $1');
  });
});
