import { context, ROOT_CONTEXT, SpanStatusCode } from '@opentelemetry/api';
import { describeWith, verifies } from '@otelier/testkit';
import type { Client } from 'pg';
import { inRequest, ObservedDriver } from './observed-driver';
import { QUERY_FORMS } from './query-forms';

const FIVE_ROWS = 'SELECT number FROM generate_series(1, $1::int) AS number';

describeWith('postgres', 'a query of pg', () => {
  let driver: ObservedDriver;

  beforeAll(async () => {
    driver = await ObservedDriver.start();
  });
  afterEach(() => driver.clear());
  afterAll(() => driver.stop());

  describe.each(QUERY_FORMS)('by $form', ({ run }) => {
    verifies(['D1', 'D3', 'D5', 'D6'], 'has one CLIENT span beneath the request, with the rows that it returned', async () => {
      const client = await driver.client();
      const { requestId, result } = await inRequest(() => run(client, FIVE_ROWS, [5]));
      expect(result).toMatchObject({ error: undefined, rows: 5 });
      const query = await driver.querySpan();
      expect(query.parentSpanContext?.spanId).toBe(requestId);
      expect(query.status.code).toBe(SpanStatusCode.UNSET);
      expect(query.name).toBe('SELECT generate_series');
      expect(query.attributes).toEqual({
        'db.system.name': 'postgresql',
        'db.namespace': driver.database.database,
        'db.query.summary': 'SELECT generate_series',
        'db.query.text': 'SELECT number FROM generate_series(?, $1::int) AS number',
        'db.response.returned_rows': 5,
        'server.address': driver.database.host,
        'server.port': driver.database.port,
      });
    });

    verifies(['D1', 'D5', 'R12'], 'goes on in the context of whoever asked, on a connection that others use too', async () => {
      const pool = driver.pool({ max: 1 });
      const answers = await Promise.all(
        [1, 2, 3].map((rows) =>
          inRequest(async () => {
            const client = await pool.connect();
            const answer = await run(client as unknown as Client, FIVE_ROWS, [rows]);
            client.release();
            return answer;
          }),
        ),
      );
      for (const { requestId, result } of answers) {
        expect(result.error).toBeUndefined();
        expect(result.active.length).toBeGreaterThan(0);
        expect(new Set(result.active)).toEqual(new Set([requestId]));
      }
    });

    verifies(['D3', 'D4', 'D5'], 'ends its span with the SQLSTATE when it fails, and hands on the error itself', async () => {
      const client = await driver.client();
      const { requestId, result } = await inRequest(() => run(client, "SELECT $1::text || 'hunter2'::int", ['x']));
      expect(result.error).toMatchObject({ code: '22P02', severity: 'ERROR' });
      expect(new Set(result.active)).toEqual(new Set([requestId]));
      const query = await driver.querySpan();
      expect(query.status).toEqual({ code: SpanStatusCode.ERROR, message: '22P02' });
      expect(query.attributes).toMatchObject({ 'error.type': '22P02', 'db.response.status_code': '22P02' });
      expect(JSON.stringify([query.attributes, query.events, query.status])).not.toContain('hunter2');
      // The connection goes on.
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });

    verifies(['D1', 'D5', 'M4'], 'has no span outside a request, and is measured once all the same', async () => {
      const client = await driver.client();
      await driver.telemetry.clear();
      await context.with(ROOT_CONTEXT, () => run(client, FIVE_ROWS, [1]));
      expect(driver.querySpans()).toEqual([]);
      expect(await driver.telemetry.metric('db.client.operation.duration')).toMatchObject([
        { count: 1, attributes: { 'db.query.summary': 'SELECT generate_series' } },
      ]);
    });
  });
});
