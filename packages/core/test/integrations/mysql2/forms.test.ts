import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { describeWith, testMysql, verifies, type TestDatabase } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { DRIVERS, type Driver } from './drivers.js';
import { QUERY_FORMS, type QueryForm, type Targets } from './query-forms.js';

const activeTrace = (): string => trace.getActiveSpan()?.spanContext().traceId ?? 'none';

describe.each(DRIVERS)('%s', (_name, driver) => {
  describeWith('mysql', 'in each form', () => {
    let database: TestDatabase;
    let telemetry: TelemetryProbe;
    let targets: Targets;

    beforeAll(async () => {
      database = await testMysql();
      targets = openTargets(driver, database.url);
      const { connection } = targets;
      await connection.promise().query('DROP TABLE IF EXISTS numbers');
      await connection.promise().query('CREATE TABLE numbers (n int PRIMARY KEY)');
      await connection.promise().query('INSERT INTO numbers VALUES (1), (2), (3)');
      telemetry = new TelemetryProbe();
    });
    beforeEach(() => telemetry.clear());
    afterAll(async () => {
      await telemetry.otel.shutdown();
      await closeTargets(targets);
    });

    const queries = (): ReadableSpan[] => telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT);

    /** Runs a form within a span; what it was called back in, and how it ended. */
    async function run(form: QueryForm, sql: string): Promise<{ readonly traces: string[]; readonly result: unknown }> {
      const traces: string[] = [];
      const result = await withSpan('request', () => form.run(targets, sql, () => traces.push(activeTrace()))).catch(
        (error: unknown) => error,
      );
      await telemetry.waitFor((spans) => spans.some(({ name }) => name === 'request') && queries().length > 0);
      return { traces, result };
    }

    for (const form of QUERY_FORMS) {
      verifies(['D1', 'D3', 'D5', 'D6'], `makes one span of ${form.title} and goes on in the caller's context`, async () => {
        const { traces, result } = await run(form, 'SELECT n FROM numbers ORDER BY n');
        expect(result).toHaveLength(3);
        const [query, ...others] = queries();
        expect(others).toEqual([]);
        const request = telemetry.spans().find(({ name }) => name === 'request');
        expect(query?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
        expect(query?.name).toBe('SELECT numbers');
        expect(query?.status.code).toBe(SpanStatusCode.UNSET);
        expect(query?.attributes).toMatchObject({
          'db.namespace': database.database,
          'db.query.text': 'SELECT n FROM numbers ORDER BY n',
          'db.response.returned_rows': 3,
          'server.address': database.host,
          'server.port': database.port,
        });
        expect(new Set(traces)).toEqual(new Set([request?.spanContext().traceId]));
      });

      verifies(['D3', 'D4', 'D5'], `tells why ${form.title} has failed and nothing of its values`, async () => {
        const { traces, result } = await run(form, "SELECT 'hunter2', (SELECT n FROM numbers)");
        expect(result).toMatchObject({ errno: 1242, code: 'ER_SUBQUERY_NO_1_ROW' });
        expectFailure(queries(), '1242', traces);
      });
    }

    for (const form of QUERY_FORMS.filter(({ prepares, title }) => prepares === true && title.startsWith('execute'))) {
      verifies(['D3', 'D5'], `tells why ${form.title} could not be prepared`, async () => {
        const { traces, result } = await run(form, "SELECT 'hunter2' FROM gone");
        expect(result).toMatchObject({ errno: 1146 });
        expectFailure(queries(), '1146', traces);
      });
    }
  });
});

/** One failed span, whose trace the caller went on in, and nothing of the statement's values. */
function expectFailure([query, ...others]: readonly ReadableSpan[], code: string, traces: readonly string[]): void {
  expect(others).toEqual([]);
  expect(query?.attributes).toMatchObject({ 'error.type': code, 'db.response.status_code': code });
  expect(query?.attributes['db.response.returned_rows']).toBeUndefined();
  expect(query?.status).toEqual({ code: SpanStatusCode.ERROR, message: code });
  expect(JSON.stringify([query?.attributes, query?.events, query?.status])).not.toContain('hunter2');
  expect(new Set(traces)).toEqual(new Set([query?.spanContext().traceId]));
}

function openTargets(driver: Driver, uri: string): Targets {
  const cluster = driver.createPoolCluster();
  cluster.add('one', { uri, connectionLimit: 1 });
  return {
    driver,
    cluster,
    connection: driver.createConnection({ uri }),
    pool: driver.createPool({ uri, connectionLimit: 2 }),
  };
}

async function closeTargets({ connection, pool, cluster }: Targets): Promise<void> {
  await connection.promise().end();
  await pool.promise().end();
  await new Promise((resolve) => cluster.end(resolve));
}
