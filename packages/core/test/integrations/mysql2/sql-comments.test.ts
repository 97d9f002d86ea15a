import { withSpan } from '@otelier/core';
import { describeWith, testMysql, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { Connection, PoolCluster, Query, RowDataPacket } from 'mysql2';
import { clientSpans, DRIVERS } from './drivers.js';

/** Lets the server say which statement it is at work for. */
const WHICH = 'SELECT info FROM information_schema.processlist WHERE id = CONNECTION_ID()';

describe.each(DRIVERS)('the comments of %s', (_name, driver) => {
  describeWith('mysql', 'on a server', () => {
    let telemetry: TelemetryProbe;
    let connection: Connection;
    let cluster: PoolCluster;
    let uri: string;

    beforeAll(async () => {
      ({ url: uri } = await testMysql());
      connection = driver.createConnection({ uri, multipleStatements: true });
      cluster = driver.createPoolCluster();
      cluster.add('one', { uri });
      telemetry = new TelemetryProbe({ serviceName: 'shop', database: { sqlCommenter: true } });
    });
    afterAll(async () => {
      await telemetry.otel.shutdown();
      await connection.promise().end();
      await new Promise((resolve) => cluster.end(resolve));
    });

    async function arrived(query: () => Promise<unknown>): Promise<string> {
      const [[row]] = (await query()) as [RowDataPacket[]];
      return String(row?.['info']);
    }

    verifies('D8', 'come with a query, and are in no span, no command and no error', async () => {
      let text = '';
      const [span] = await clientSpans(telemetry, async () => {
        text = await arrived(() => connection.promise().query(WHICH));
      });
      const spanContext = span?.spanContext();
      const traceparent = `00-${spanContext?.traceId}-${spanContext?.spanId}-01`;
      expect(text).toBe(`${WHICH} /*service.name='shop',traceparent='${traceparent}'*/`);
      expect(span?.attributes['db.query.text']).toBe(WHICH);
      await expect(withSpan('request', () => connection.promise().query('SELECT gone'))).rejects.toMatchObject({
        sql: 'SELECT gone',
        message: expect.not.stringContaining('shop') as string,
      });
      const command = connection.query('SELECT 1', () => {}) as Query & { readonly sql: string };
      expect(command.sql).toBe('SELECT 1');
      expect(Object.keys(command)).not.toContain('start');
    });

    verifies('D8', 'have no trace outside a span', async () => {
      expect(await arrived(() => connection.promise().query(WHICH))).toBe(`${WHICH} /*service.name='shop'*/`);
    });

    verifies('D8', 'come behind the values that the driver has inlined', async () => {
      const text = await arrived(() => connection.promise().query(`${WHICH} AND ? <> ?;`, ["a'?*/", ':b']));
      expect(text).toBe(`${WHICH} AND 'a\\'?*/' <> ':b' /*service.name='shop'*/`);
    });

    verifies('D8', 'come with a query of a cluster', async () => {
      const text = await arrived(
        () => new Promise((resolve) => void cluster.of('*').query(WHICH, (_error, rows) => resolve([rows]))),
      );
      expect(text).toBe(`${WHICH} /*service.name='shop'*/`);
    });

    const never: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['an execution', () => connection.promise().execute(WHICH)],
      ['a prepared statement', async () => (await connection.promise().prepare(WHICH)).execute([])],
      ['a stream', async () => [await connection.query(WHICH).stream().toArray()]],
      [
        'a query with events',
        () => new Promise((resolve) => connection.query(WHICH).on('result', (row) => resolve([[row]]))),
      ],
      ['a query with a comment', () => connection.promise().query(`/* mine */ ${WHICH}`)],
    ];
    for (const [what, query] of never) {
      verifies('D8', `do not come with ${what}`, async () => {
        expect(await withSpan('request', () => arrived(query))).not.toContain('shop');
      });
    }

    verifies('D8', 'are off by default, and after the shutdown', async () => {
      await telemetry.otel.shutdown();
      expect(await arrived(() => connection.promise().query(WHICH))).toBe(WHICH);
      telemetry = new TelemetryProbe({ serviceName: 'shop' });
      expect(await withSpan('request', () => arrived(() => connection.promise().query(WHICH)))).toBe(WHICH);
    });
  });
});
