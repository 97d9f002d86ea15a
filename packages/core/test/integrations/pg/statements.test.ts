import { once } from 'node:events';
import { SpanStatusCode } from '@opentelemetry/api';
import { describeWith, verifies } from '@otelier/testkit';
import { Query, type Client, type QueryConfig } from 'pg';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import type { Attributes } from '@opentelemetry/api';
import { clientServer } from '../../../src/integrations/pg/client-server';
import { queryFailure } from '../../../src/integrations/pg/query-outcome';
import { inRequest, ObservedDriver } from './observed-driver';

describeWith('postgres', 'the span of a statement of pg', () => {
  let driver: ObservedDriver;

  beforeAll(async () => {
    driver = await ObservedDriver.start({ queryParameters: true });
  });
  afterEach(() => driver.clear());
  afterAll(() => driver.stop());

  async function attributesOf(work: (client: Client) => unknown, config = {}): Promise<Attributes> {
    const client = await driver.client(config);
    await inRequest(async () => work(client));
    return (await driver.querySpan()).attributes;
  }

  verifies('D6', 'has the rows of all statements in one text, and none of one that returns none', async () => {
    expect(await attributesOf((client) => client.query('SELECT 1; SELECT 2 UNION SELECT 3'))).toMatchObject({
      'db.response.returned_rows': 3,
    });
    await driver.clear();
    expect(await attributesOf((client) => client.query('CREATE TEMP TABLE drafts (id int)'))).not.toHaveProperty([
      'db.response.returned_rows',
    ]);
    await driver.clear();
    expect(await attributesOf((client) => client.query('SELECT 1 WHERE false'))).toMatchObject({
      'db.response.returned_rows': 0,
    });
  });

  verifies('D6', 'has no rows of a Query without columns', async () => {
    const table = 'CREATE TEMP TABLE drafts (id int)';
    const attributes = await attributesOf((client) => once(client.query(new Query(table)), 'end'));
    expect(attributes).not.toHaveProperty(['db.response.returned_rows']);
  });

  verifies(['D3', 'D6'], 'has the error of a Query that the driver gives up after some rows', async () => {
    const client = await driver.client({ query_timeout: 500 });
    const wait = 'pg_sleep(CASE WHEN number > 5 THEN 60 ELSE 0 END)';
    const text = `SELECT repeat('x', 20000), ${wait} FROM generate_series(1, 9) AS number`;
    await inRequest(
      () =>
        new Promise<void>((resolve) => {
          client.query(new Query(text, (() => resolve()) as never));
        }),
    );
    expect((await driver.querySpan()).attributes['error.type']).toBe('Error');
  });

  verifies('D6', 'has the rows that were changed and returned', async () => {
    const rows = "WITH drafts AS (VALUES ('a'), ('b')) SELECT * FROM drafts";
    expect(await attributesOf((client) => once(client.query(new Query(rows)), 'end'))).toMatchObject({
      'db.response.returned_rows': 2,
    });
  });

  const parameterForms: [string, (client: Client) => unknown][] = [
    ['a text', (client) => client.query('SELECT $1::text, $2::int', ['a', 7])],
    ['a configuration', (client) => client.query({ text: 'SELECT $1::text, $2::int', values: ['a', 7] })],
    ['a configuration and values', (client) => client.query({ text: 'SELECT $1::text, $2::int' } as QueryConfig, ['a', 7])],
    ['a Query', (client) => once(client.query(new Query('SELECT $1::text, $2::int', ['a', 7])), 'end')],
    ['a cursor', (client) => client.query(new Cursor('SELECT $1::text, $2::int', ['a', 7])).read(1)],
    ['a stream', (client) => once(client.query(new QueryStream('SELECT $1::text, $2::int', ['a', 7])).resume(), 'end')],
  ];
  verifies('D4', 'has the parameters of every form once they are asked for', async () => {
    for (const [form, work] of parameterForms) {
      const client = await driver.client();
      await inRequest(async () => work(client));
      await client.end();
      const { attributes } = await driver.querySpan();
      expect({ form, ...attributes }).toMatchObject({ form, 'db.query.parameter.0': 'a', 'db.query.parameter.1': '7' });
      await driver.telemetry.clear();
    }
  });

  verifies(['D3', 'D4'], 'has what is known at its end, however many parameters there are', async () => {
    const numbers = Array.from({ length: 1000 }, (_, index) => index);
    const client = await driver.client();
    const text = `SELECT 1 / (1 - $2::int) WHERE 0 IN (${numbers.map((index) => `$${index + 1}::int`).join()})`;
    await expect(inRequest(() => client.query(text, numbers))).rejects.toMatchObject({ code: '22012' });
    expect((await driver.querySpan()).attributes).toMatchObject({
      'db.query.parameter.99': '99',
      'error.type': '22012',
      'db.response.status_code': '22012',
    });
  });

  verifies('D3', 'has the schema behind the database where the connection options tell it', async () => {
    const attributes = await attributesOf((client) => client.query('SELECT 1'), { options: '-c search_path=tenant_7,public' });
    expect(attributes['db.namespace']).toBe(`${driver.database.database}|tenant_7`);
  });

  verifies('D3', 'takes warnings for no error', async () => {
    const client = await driver.client();
    const raised = inRequest(() => client.query("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '01004'; END $$"));
    await expect(raised).rejects.toMatchObject({ code: '01004' });
    const query = await driver.querySpan();
    expect(query.status.code).toBe(SpanStatusCode.UNSET);
    expect(query.attributes).not.toHaveProperty(['error.type']);
  });

  verifies(['D4', 'D8'], 'does not change a configuration, nor the text, where no comment is asked for', async () => {
    const client = await driver.client();
    const config = Object.freeze({ text: 'SELECT current_query() AS sent', values: [] });
    const { result } = await inRequest(() => client.query<{ sent: string }>(config));
    expect(result.rows).toEqual([{ sent: 'SELECT current_query() AS sent' }]);
  });

  verifies(['D1', 'X6'], 'leaves calls that the driver refuses to the driver', async () => {
    const client = await driver.client();
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const hostile = {
      get text(): string {
        throw new Error('no text');
      },
    };
    await inRequest(async () => {
      expect(() => query(null)).toThrow('Client was passed a null or undefined query');
      expect(() => query(undefined)).toThrow(TypeError);
      expect(() => query('SELECT 1', [], 'no function')).toThrow('callback is not a function');
      expect(() => query(hostile)).toThrow('no text');
      await expect(query({ values: [] })).rejects.toThrow('either text or a name');
      await expect(query(42)).rejects.toThrow('either text or a name');
      await expect(query('SELECT $1', 'no list')).rejects.toThrow('Query values must be an array');
    });
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    const failed = driver.querySpans().filter(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(failed.map(({ attributes }) => attributes['error.type'])).toEqual(['TypeError', 'Error', 'Error', 'Error']);
  });
});

describe('what a client of pg says of its server', () => {
  const client = { host: 'db', port: 5432, database: 'shop' };

  verifies('D3', 'is the database, and the schema where the options tell it', () => {
    const table: [unknown, string][] = [
      [undefined, 'shop'],
      ['-c statement_timeout=5', 'shop'],
      ['-c search_path=one', 'shop|one'],
      ['-csearch_path=one,two', 'shop|one'],
      ['--search-path=One', 'shop|one'],
      ['--search_path="One"', 'shop|One'],
      ['-c search_path=one -c geqo=off -c search_path=two', 'shop|two'],
      ['-c search_path="$user",public', 'shop'],
      ['-c search_path=my\\ schema', 'shop|my schema'],
      ['-c search_path=', 'shop'],
      [`-c search_path=${'x'.repeat(5000)}`, 'shop'],
      [{ search_path: 'one' }, 'shop'],
    ];
    for (const [options, namespace] of table) {
      expect([options, clientServer({ ...client, connectionParameters: { options } }).namespace]).toEqual([options, namespace]);
    }
  });

  verifies('D3', "is the socket's file, which has no port on the network", () => {
    expect(clientServer({ ...client, host: '/run/postgresql' })).toMatchObject({
      address: '/run/postgresql/.s.PGSQL.5432',
      port: undefined,
    });
  });

  verifies(['D3', 'X6'], 'is left out where it is nothing', () => {
    expect(clientServer({ host: '', port: NaN, database: null })).toEqual({
      system: 'postgresql',
      namespace: undefined,
      address: undefined,
      port: undefined,
    });
  });
});

verifies(['D3', 'X6'], 'tells a failure by its SQLSTATE, its system code or its class, whatever was thrown', () => {
  const unreadable = new Proxy({}, { get: () => { throw new Error('no'); } });
  const table: [unknown, unknown][] = [
    [{ code: '23505' }, { statusCode: '23505', type: '23505' }],
    [{ code: '02000' }, { statusCode: '02000', type: '02000' }],
    [{ code: '00000' }, undefined],
    [{ code: 'EPIPE' }, { statusCode: undefined, type: 'EPIPE' }],
    [{ code: 'x'.repeat(1000) }, { statusCode: undefined, type: 'x'.repeat(128) }],
    [new RangeError('x'), { statusCode: undefined, type: 'RangeError' }],
    [Object.assign(new Error('x'), { name: 'error' }), { statusCode: undefined, type: 'Error' }],
    ['text', { statusCode: undefined, type: 'String' }],
    [unreadable, { statusCode: undefined, type: '_OTHER' }],
    [Object.create(null), { statusCode: undefined, type: '_OTHER' }],
  ];
  for (const [error, failure] of table) {
    expect(queryFailure(error)).toEqual(failure);
  }
});
