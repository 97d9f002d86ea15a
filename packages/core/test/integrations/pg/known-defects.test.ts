import { describeWith, verifies } from '@otelier/testkit';
import { Query } from 'pg';
import type * as pg from 'pg';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import { activeSpanId, inRequest, ObservedDriver } from './observed-driver';

const Bluebird = jest.requireActual<PromiseConstructor>('bluebird');
/** Its clients take promises of other libraries without a warning. */
const old = jest.requireActual<typeof pg>('pg-old');

/** What instrumentation-pg 0.76 does wrong, each by its symptom. */
describeWith('postgres', 'known defects of instrumentation-pg, which are not met here:', () => {
  let driver: ObservedDriver;

  beforeAll(async () => {
    driver = await ObservedDriver.start();
  });
  afterEach(() => driver.clear());
  afterAll(() => driver.stop());

  verifies('D3', 'a span is named `pg.query:WITH shop`, or with line breaks', async () => {
    const client = await driver.client();
    const text = 'WITH recent AS (\n  SELECT 1 AS id\n)\nSELECT\n*\nFROM recent';
    await inRequest(() => client.query(text));
    expect((await driver.querySpan()).name).toMatch(/^(?:WITH recent )?SELECT(?: \w+)*$/);
  });

  verifies('D4', 'literals are in `db.query.text`', async () => {
    const client = await driver.client();
    await inRequest(() => client.query("SELECT 'hunter2'"));
    expect((await driver.querySpan()).attributes['db.query.text']).toBe('SELECT ?');
  });

  verifies('D4', "the database's message, with values in it, is the status of the span", async () => {
    const client = await driver.client();
    await expect(inRequest(() => client.query("SELECT 'hunter2'::int"))).rejects.toThrow('hunter2');
    const { status, events } = await driver.querySpan();
    expect(JSON.stringify([status, events])).not.toContain('hunter2');
  });

  verifies('D5', 'the spans of cursors and streams never end', async () => {
    const client = await driver.client();
    await inRequest(async () => {
      const cursor = client.query(new Cursor('SELECT 1'));
      await cursor.read(1);
      await cursor.close();
      await client.query(new QueryStream('SELECT 2')).resume().toArray();
    });
    await driver.telemetry.waitFor(() => driver.querySpans().length === 2);
  });

  verifies(['D5', 'D8'], 'the comment with the trace breaks a cursor', async () => {
    await driver.stop();
    driver = await ObservedDriver.start({ sqlCommenter: true });
    const client = await driver.client();
    const sent = 'SELECT current_query() AS sent';
    const cursor = client.query(new Cursor<{ sent: string }>(sent));
    expect(await cursor.read(1)).toEqual([{ sent }]);
    await cursor.close();
    const { rows } = await client.query<{ sent: string }>({ text: sent, name: 'prepared' });
    expect(rows).toEqual([{ sent }]);
    await driver.stop();
    driver = await ObservedDriver.start();
  });

  verifies('D5', 'the events of a query go on in the context of whoever opened the connection', async () => {
    const { result: client } = await inRequest(() => driver.client());
    const { requestId, result } = await inRequest(
      () =>
        new Promise((resolve) => {
          client.query(new Query('SELECT 1')).on('row', () => resolve(activeSpanId()));
        }),
    );
    expect(result).toBe(requestId);
  });

  verifies('D5', 'a client with promises of another library has spans that never end', async () => {
    const client = new old.Client({ connectionString: driver.database.url, Promise: Bluebird } as object);
    await client.connect();
    const query = (): unknown => client.query('SELECT 1');
    const { result } = await inRequest(async () => {
      const answer = query();
      expect(answer).toBeInstanceOf(Bluebird);
      return answer as Promise<{ rowCount: number }>;
    });
    expect(result.rowCount).toBe(1);
    await driver.querySpan();
    await client.end();
  });

  verifies('D5', "the application's configuration is changed, and its callback wrapped once more at each use", async () => {
    const client = await driver.client();
    const active: (string | undefined)[] = [];
    const requests: string[] = [];
    let answered = (): void => {};
    const callback = (): void => {
      active.push(activeSpanId());
      answered();
    };
    const config = { text: 'SELECT 1', callback };
    for (let use = 0; use < 3; use += 1) {
      const { requestId } = await inRequest(
        () =>
          new Promise<void>((resolve) => {
            answered = resolve;
            client.query(config as never);
            expect(config).toEqual({ text: 'SELECT 1', callback });
          }),
      );
      requests.push(requestId);
    }
    expect(active).toEqual(requests);
    expect(driver.querySpans()).toHaveLength(3);
  });

  verifies(['D2', 'M4'], 'listeners stay on the pools of the application after the undo', async () => {
    const pool = driver.pool();
    await inRequest(() => pool.query('SELECT 1'));
    expect(pool.eventNames()).toEqual(['error']);
  });
});
