import { Readable, Writable } from 'node:stream';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { traceIntegration } from '@otelier/core';
import { describeWith, verifies } from '@otelier/testkit';
import * as pg from 'pg';
import { Client, Pool } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { observedQuery } from '../../../src/integrations/pg/query-method';
import type { ResolvedDatabaseOptions } from '../../../src/options/resolved-options';
import { activeSpanId, inRequest, ObservedDriver } from './observed-driver';
import { TEXT_FORMS } from './query-forms';

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

  verifies(['D2', 'D5'], "reads what the class of the application's configuration has, with its callback", async () => {
    class Statement {
      readonly text = 'SELECT $1::int AS number';
      readonly given = [7];
      constructor(readonly callback: (error: unknown, result: pg.QueryResult) => void) {}
      get values(): number[] {
        return this.given;
      }
      get rowMode(): string {
        return 'array';
      }
    }
    const client = await driver.client();
    const { result } = await inRequest(
      () =>
        new Promise((resolve) => {
          client.query(new Statement((error, answer) => resolve(error ?? answer.rows)) as never);
        }),
    );
    expect(result).toEqual([[7]]);
  });

  verifies('D5', 'calls back the last of two callbacks, as the driver does', async () => {
    const client = await driver.client();
    const query = client.query.bind(client) as unknown as (...args: unknown[]) => unknown;
    const { requestId, result } = await inRequest(
      () =>
        new Promise((resolve) => {
          query('SELECT 1', () => resolve('the first'), () => resolve([activeSpanId(), driver.querySpans().length]));
        }),
    );
    expect(result).toEqual([requestId, 1]);
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

  verifies(['D2', 'D5'], 'gets a configuration that looks like its own, and may answer nothing', async () => {
    class Statement {
      readonly text = 'SELECT 1';
      readonly callback = (): void => {};
    }
    const seen: unknown[] = [];
    const beneath = (config: unknown): void => {
      if (typeof config === 'string') {
        return;
      }
      const given = config as object;
      seen.push(given instanceof Statement, 'text' in given, 'name' in given, Object.keys(given));
    };
    const query = observedQuery(beneath as never, { queryText: 'off' } as ResolvedDatabaseOptions);
    await inRequest(async () => {
      query.call({}, new Statement());
      query.call({}, 'SELECT 2');
    });
    expect(seen).toEqual([true, true, false, ['text', 'callback']]);
    expect(driver.querySpans().map(({ name }) => name)).toEqual(['SELECT']);
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
