import { Readable, Writable } from 'node:stream';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { traceIntegration } from '@otelier/core';
import { describeWith, verifies } from '@otelier/testkit';
import * as pg from 'pg';
import { Client, Pool, Query } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { activeSpanId, inRequest, ObservedDriver } from './observed-driver';
import { TEXT_FORMS } from './query-forms';

/** What a client needs of a query, and nothing else. */
class OwnQuery {
  readonly active: (string | undefined)[] = [];
  readonly done: Promise<void>;
  private finish = (): void => {};

  constructor(private readonly text: string) {
    this.done = new Promise((resolve) => (this.finish = resolve));
  }

  submit(connection: { query(text: string): void }): void {
    this.active.push(activeSpanId());
    connection.query(this.text);
  }

  handleRowDescription(): void {
    this.active.push(activeSpanId());
  }

  handleDataRow(): void {
    this.active.push(activeSpanId());
  }

  handleCommandComplete(): void {
    this.active.push(activeSpanId());
  }

  handleReadyForQuery(): void {
    this.active.push(activeSpanId());
    this.finish();
  }

  handleError(): void {
    this.finish();
  }
}

describeWith('postgres', 'the driver pg beneath its observation', () => {
  let driver: ObservedDriver;

  beforeAll(async () => {
    driver = await ObservedDriver.start();
  });
  afterEach(() => driver.clear());
  afterAll(() => driver.stop());

  verifies(['D2', 'D5'], 'copies rows in and out by streams, with spans that end', async () => {
    const client = await driver.client();
    await client.query('CREATE TEMP TABLE copied (id int, name text)');
    await inRequest(() => pipeline(Readable.from(['1\ta\n', '2\tb\n']), client.query(copyFrom('COPY copied FROM STDIN'))));
    let text = '';
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        done();
      },
    });
    await inRequest(() => pipeline(client.query(copyTo('COPY copied TO STDOUT')), sink));
    expect(text).toBe('1\ta\n2\tb\n');
    expect((await client.query('SELECT count(*)::int AS count FROM copied')).rows).toEqual([{ count: 2 }]);
    await driver.telemetry.waitFor(() => driver.querySpans().length === 2);
    expect(driver.querySpans().map(({ status }) => status.code)).toEqual([0, 0]);
  });

  verifies(['D2', 'D5'], 'ends the span of a copy that fails, and goes on', async () => {
    const client = await driver.client();
    await client.query('CREATE TEMP TABLE copied (id int)');
    const copying = inRequest(() => pipeline(Readable.from(['no number\n']), client.query(copyFrom('COPY copied FROM STDIN'))));
    await expect(copying).rejects.toMatchObject({ code: '22P02' });
    expect((await driver.querySpan()).attributes['error.type']).toBe('22P02');
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  verifies(['D2', 'D5'], 'hears notifications', async () => {
    const [listener, notifier] = [await driver.client(), await driver.client()];
    await listener.query('LISTEN orders');
    const heard = once(listener, 'notification');
    await notifier.query("NOTIFY orders, 'paid'");
    expect(await heard).toMatchObject([{ channel: 'orders', payload: 'paid' }]);
  });

  verifies('D5', 'gives the Query back that it was given, and the result that it has made', async () => {
    const client = await driver.client();
    const query = new Query('SELECT 1 AS one');
    await inRequest(async () => {
      expect(client.query(query)).toBe(query);
      const [result] = (await once(query, 'end')) as [unknown];
      expect(result).toMatchObject({ rows: [{ one: 1 }], rowCount: 1 });
    });
  });

  verifies(['D2', 'D5'], "leaves the application's callback in the Query that it gave, also after a failure", async () => {
    const client = await driver.client();
    for (const text of ['SELECT 1', 'SELECT nothing']) {
      for (const form of ['its own', 'an argument'] as const) {
        await inRequest(async () => {
          const { found, own: given } = await new Promise<{ found: unknown; own: unknown }>((resolve) => {
            const own = (): void => resolve({ found: submitted.callback, own });
            const submitted = new Query(text, form === 'its own' ? (own as never) : undefined) as Query & { callback?: unknown };
            client.query(submitted as never, ...((form === 'its own' ? [] : [[], own]) as []));
          });
          expect(found).toBe(given);
        });
      }
    }
  });

  verifies(['D5', 'R12'], "runs a query of the application's own class, in the context of whoever asked", async () => {
    const pool = driver.pool({ max: 1 });
    const answers = await Promise.all(
      [1, 2, 3].map((number) =>
        inRequest(async () => {
          const client = await pool.connect();
          const query = new OwnQuery(`SELECT ${number} FROM generate_series(1, ${number})`);
          client.query(query);
          await query.done;
          client.release();
          return query.active;
        }),
      ),
    );
    for (const { requestId, result } of answers) {
      expect(new Set(result)).toEqual(new Set([requestId]));
    }
    const rows = driver.querySpans().map(({ attributes }) => attributes['db.response.returned_rows']);
    expect(rows).toEqual([1, 2, 3]);
  });

  verifies('D5', 'has a span for each time that one object is submitted', async () => {
    const client = await driver.client({ pipeline: true } as object);
    const query = new Query('SELECT 1');
    await inRequest(async () => {
      client.query(query);
      client.query(query);
      await client.query('SELECT 2');
    });
    expect(driver.querySpans()).toHaveLength(3);
  });

  verifies('D5', 'tells the stack that leads to the query', async () => {
    const client = await driver.client();
    async function findsTheCaller(): Promise<unknown> {
      return await client.query('SELECT nothing');
    }
    const { result } = await inRequest(() => findsTheCaller().catch((error: Error) => error.stack));
    expect(result).toContain('findsTheCaller');
  });

  describe.each(TEXT_FORMS)('by $form', ({ run }) => {
    verifies(['D2', 'D5'], 'answers the queries in flight when the set-up ends, and is its own again', async () => {
      const client = await driver.client();
      const running = inRequest(() => run(client, 'SELECT pg_sleep(0.05), $1::int', [1]));
      await driver.telemetry.otel.shutdown();
      expect(Client.prototype.query.toString()).toContain('query(config, values, callback)');
      expect((await running).result).toMatchObject({ error: undefined, rows: 1 });
      expect(await context.with(ROOT_CONTEXT, () => run(client, 'SELECT $1::int', [1]))).toMatchObject({ rows: 1 });
      await client.end();
      driver = await ObservedDriver.start();
    });
  });

  verifies('D2', 'is passed by what somebody has wrapped around the observation, also after the undo', async () => {
    const own = Object.getOwnPropertyDescriptor(Pool.prototype, 'connect');
    expect(own).toBeUndefined();
    const observed = Client.prototype.query;
    let calls = 0;
    const wrapper = function (this: Client, ...args: unknown[]): unknown {
      calls += 1;
      return (observed as (...args: unknown[]) => unknown).apply(this, args);
    };
    Client.prototype.query = wrapper as never;
    traceIntegration(pg)();
    expect(Client.prototype.query).toBe(wrapper);
    const plain = await driver.client();
    await inRequest(() => plain.query('SELECT 1'));
    expect(driver.querySpans()).toHaveLength(0);
    const undo = traceIntegration(pg);
    await inRequest(() => plain.query('SELECT 1'));
    expect(driver.querySpans()).toHaveLength(1);
    expect(calls).toBe(2);
    Client.prototype.query = observed;
    undo();
    await driver.stop();
    driver = await ObservedDriver.start();
  });
});
