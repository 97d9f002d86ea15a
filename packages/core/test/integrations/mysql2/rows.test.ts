import { Readable } from 'node:stream';
import { describeWith, testMysql, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { Connection, Query } from 'mysql2';
import { returnedRows } from '../../../src/integrations/mysql2/returned-rows.js';
import { clientSpans, DRIVERS } from './drivers.js';

const ends = (query: unknown): Promise<void> => new Promise((resolve) => (query as Query).on('end', resolve));

describe.each(DRIVERS)('what %s returns', (_name, driver) => {
  describeWith('mysql', 'from a server', () => {
    let telemetry: TelemetryProbe;
    let connection: Connection;

    beforeAll(async () => {
      const { url } = await testMysql();
      telemetry = new TelemetryProbe({ database: { queryParameters: true } });
      connection = driver.createConnection({
        uri: url,
        multipleStatements: true,
        namedPlaceholders: true,
        flags: ['LOCAL_FILES'],
        infileStreamFactory: () => Readable.from([Buffer.from('1\n2\n3\n')]),
      });
      await connection.promise().query('DROP TABLE IF EXISTS counted; CREATE TABLE counted (n int)');
      await connection.promise().query('DROP PROCEDURE IF EXISTS count_twice');
      await connection
        .promise()
        .query('CREATE PROCEDURE count_twice() BEGIN SELECT 1; SELECT 1 UNION SELECT 2; END');
    });
    afterAll(async () => {
      await telemetry.otel.shutdown();
      await connection.promise().end();
    });

    const rows: readonly (readonly [string, () => unknown, number | undefined])[] = [
      ['no rows', () => connection.promise().query('SELECT 1 FROM counted WHERE 1 = 0'), 0],
      ['rows as arrays', () => connection.promise().query({ sql: 'SELECT 1 UNION SELECT 2', rowsAsArray: true }), 2],
      ['prepared rows as arrays', () => connection.promise().execute({ sql: 'SELECT 1 UNION SELECT 2', rowsAsArray: true }), 2],
      ['several results', () => connection.promise().query('SELECT 1; SELECT 2 UNION SELECT 3'), 3],
      ['results and changes', () => connection.promise().query('SELECT 1; DO 2; SELECT 3'), 2],
      ['the results of a procedure', () => connection.promise().query('CALL count_twice()'), 3],
      ['several results by events', () => ends(connection.query('SELECT 1; SELECT 2 UNION SELECT 3')), 3],
      ['no rows by events', () => ends(connection.query('SELECT 1 FROM counted WHERE 1 = 0')), 0],
      ['a change', () => connection.promise().query('UPDATE counted SET n = 1 WHERE 1 = 0'), undefined],
      ['a prepared change', () => connection.promise().execute('UPDATE counted SET n = 1 WHERE 1 = 0'), undefined],
      ['a change by events', () => ends(connection.query('UPDATE counted SET n = 1 WHERE 1 = 0')), undefined],
      ['several changes', () => connection.promise().query('DO 1; DO 2'), undefined],
    ];
    for (const [what, run, count] of rows) {
      verifies('D6', `counts ${what}`, async () => {
        const [span, ...others] = await clientSpans(telemetry, run);
        expect(others).toEqual([]);
        expect(span?.attributes['db.response.returned_rows']).toBe(count);
      });
    }

    verifies('D5', 'reads a local file as it does untraced', async () => {
      const load = "LOAD DATA LOCAL INFILE 'anything' INTO TABLE counted";
      const [span] = await clientSpans(telemetry, async () => {
        const [header] = await connection.promise().query({ sql: load });
        expect(header).toMatchObject({ affectedRows: 3 });
      });
      expect(span?.name).toBe('LOAD counted');
      expect(span?.attributes['db.query.text']).toBe('LOAD DATA LOCAL INFILE ? INTO TABLE counted');
    });

    verifies('D5', 'fails with the error of the stream that a local file is read from', async () => {
      const broken = new Readable({ read: () => {} });
      const failure = Object.assign(new Error('hunter2'), { code: 'ENOENT', errno: -2 });
      const [span] = await clientSpans(telemetry, async () => {
        const reading = connection.promise().query({
          sql: "LOAD DATA LOCAL INFILE 'anything' INTO TABLE counted",
          infileStreamFactory: () => {
            setImmediate(() => broken.destroy(failure));
            return broken;
          },
        });
        await expect(reading).rejects.toMatchObject({ code: 'ENOENT' });
      });
      expect(span?.attributes['error.type']).toBe('ENOENT');
      expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain('hunter2');
    });

    const parameters: readonly (readonly [string, () => unknown, Record<string, string>])[] = [
      ['of a query', () => connection.promise().query('SELECT ?, ?', ['a', 2]), { 0: 'a', 1: '2' }],
      ['without a list', () => connection.promise().query({ sql: 'SELECT ?', namedPlaceholders: false }, 'a'), { 0: 'a' }],
      ['of an execution', () => connection.promise().execute('SELECT ?, ?', ['a', 2]), { 0: 'a', 1: '2' }],
      [
        'of a prepared statement',
        async () => (await connection.promise().prepare('SELECT ?, ?')).execute(['a', 2]),
        { 0: 'a', 1: '2' },
      ],
      ['by name', () => connection.promise().query('SELECT :first', { first: 'a' }), { 0: 'a' }],
    ];
    for (const [what, run, expected] of parameters) {
      verifies('D4', `records parameters ${what} when asked to`, async () => {
        const [span] = await clientSpans(telemetry, run);
        const recorded = Object.entries(span?.attributes ?? {}).filter(([name]) => name.startsWith('db.query.parameter.'));
        expect(Object.fromEntries(recorded.map(([name, value]) => [name.slice('db.query.parameter.'.length), value]))).toEqual(
          expected,
        );
      });
    }
  });
});

const header = { affectedRows: 1, serverStatus: 2 };
const untold: readonly (readonly [string, unknown, number | undefined])[] = [
  ['rows', [{ n: 1 }, { n: 2 }], 2],
  ['no rows', [], 0],
  ['rows as arrays, which look like several results', [[1], [2]], undefined],
  ['results and changes', [[{ n: 1 }], header], undefined],
  ['several changes', [header, header], undefined],
  ['a change', header, undefined],
];
for (const [what, answer, count] of untold) {
  verifies('D6', `counts ${what} of a copy that does not tell its results`, () => {
    expect(returnedRows(answer, undefined)).toBe(count);
  });
}
