import { SpanKind, trace } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { describeWith, testMysql, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { DRIVERS } from './drivers.js';
import { QUERY_FORMS, type QueryForm, type Targets } from './query-forms.js';

const CROWD = 200;

describe.each(DRIVERS)('two hundred at once on two connections of %s', (_name, driver) => {
  describeWith('mysql', 'on a server', () => {
    let targets: Targets;
    let telemetry: TelemetryProbe;

    beforeAll(async () => {
      const { url: uri } = await testMysql();
      const cluster = driver.createPoolCluster();
      cluster.add('one', { uri, connectionLimit: 2 });
      const connection = driver.createConnection({ uri });
      targets = { driver, cluster, connection, pool: driver.createPool({ uri, connectionLimit: 2 }) };
      telemetry = new TelemetryProbe();
      await connection.promise().connect();
    });
    beforeEach(() => telemetry.clear());
    afterAll(async () => {
      await telemetry.otel.shutdown();
      await targets.connection.promise().end();
      await targets.pool.promise().end();
      await new Promise((resolve) => targets.cluster.end(resolve));
    });

    verifies(['D1', 'D5', 'R13'], 'each goes on as itself, in whichever form it asks', async () => {
      const callers = Array.from({ length: CROWD }, (_, id) =>
        withSpan(`request ${id}`, async (span) => {
          const { traceId, spanId } = span.spanContext();
          const seen = new Set<string | undefined>();
          const form = QUERY_FORMS[id % QUERY_FORMS.length] as QueryForm;
          const sql = `SELECT ${id} AS id UNION ALL SELECT ${id}`;
          const rows = await form.run(targets, sql, () => seen.add(trace.getActiveSpan()?.spanContext().spanId));
          expect(rows).toEqual([{ id }, { id }]);
          expect([form.title, ...seen]).toEqual([form.title, spanId]);
          return [traceId, spanId];
        }),
      );
      const expected = await Promise.all(callers);
      const clients = telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
      const found = clients.map((span) => [span.spanContext().traceId, span.parentSpanContext?.spanId]);
      expect(found).toHaveLength(CROWD);
      expect(new Set(found.map(String))).toEqual(new Set(expected.map(String)));
    });
  });
});
