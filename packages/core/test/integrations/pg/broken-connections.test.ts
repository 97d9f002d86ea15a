import { once } from 'node:events';
import { SpanStatusCode } from '@opentelemetry/api';
import { describeWith, verifies } from '@otelier/testkit';
import type { Client } from 'pg';
import { activeSpanId, inRequest, ObservedDriver } from './observed-driver';
import { QUERY_FORMS, type Answer, type QueryForm } from './query-forms';

/** The first rows come at once, the others not before the connection is broken. */
const SLOW = 'SELECT number, pg_sleep(CASE WHEN number > 2 THEN 60 ELSE 0 END) FROM generate_series(1, $1::int) AS number';

interface Connected {
  readonly processID: number;
  readonly end: () => Promise<void>;
  readonly query: (text: string) => Promise<unknown>;
  readonly connection: { readonly stream: { destroy(error?: Error): void } };
}

/** The driver itself leaves the readers of these waiting when their connection is gone. */
const UNTOLD_OF_BREAKS = ['the events of a stream', 'the iteration of a stream'];
/** And these when its own timer has run out. */
const UNTOLD_OF_TIMEOUTS = [...UNTOLD_OF_BREAKS, 'the events of a Query'];

const except = (forms: readonly string[]): QueryForm[] => QUERY_FORMS.filter(({ form }) => !forms.includes(form));
const only = (forms: readonly string[]): QueryForm[] => QUERY_FORMS.filter(({ form }) => forms.includes(form));

const BREAKS = [
  {
    how: 'the server ends the session',
    sqlState: '57P01',
    act: (client: Connected, other: Client) => other.query('SELECT pg_terminate_backend($1)', [client.processID]),
  },
  {
    how: 'the connection is reset',
    sqlState: undefined,
    act: (client: Connected) => client.connection.stream.destroy(Object.assign(new Error('gone'), { code: 'ECONNRESET' })),
  },
  { how: 'the connection is closed', sqlState: undefined, act: (client: Connected) => client.connection.stream.destroy() },
  { how: 'the application ends the client', sqlState: undefined, act: (client: Connected) => void client.end() },
];

describeWith('postgres', 'a query of pg whose connection breaks', () => {
  let driver: ObservedDriver;

  beforeAll(async () => {
    driver = await ObservedDriver.start();
  });
  afterEach(() => driver.clear());
  afterAll(() => driver.stop());

  /** Begins a query, waits until the server works on it, and breaks the connection. */
  async function breakInTheMiddle(
    form: QueryForm,
    act: (client: Connected, other: Client) => unknown,
  ): Promise<() => Promise<{ readonly requestId: string; readonly result: Answer }>> {
    const [client, other] = [(await driver.client()) as unknown as Connected, await driver.client()];
    const answer = inRequest(() => form.run(client as unknown as Client, SLOW, [5]));
    const isWaiting = "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'";
    while ((await other.query(isWaiting, [client.processID])).rows.length === 0) {
      // The server tells when it sleeps.
    }
    await act(client, other);
    return () => answer;
  }

  describe.each(BREAKS)('because $how', ({ act, sqlState }) => {
    describe.each(except(UNTOLD_OF_BREAKS))('by $form', (form) => {
      verifies(['D3', 'D5'], 'has a span that ends with the error, which the application gets in its own context', async () => {
        const { requestId, result } = await (await breakInTheMiddle(form, act))();
        expect(result.error).toBeInstanceOf(Error);
        expect(new Set(result.active)).toEqual(new Set([requestId]));
        const query = await driver.querySpan();
        expect(query.parentSpanContext?.spanId).toBe(requestId);
        expect(query.status.code).toBe(SpanStatusCode.ERROR);
        const { code } = result.error as { code?: string };
        expect(code).toBe(sqlState ?? code);
        expect(query.attributes['error.type']).toBe(code ?? 'Error');
        expect(query.attributes['db.response.status_code']).toBe(sqlState);
      });
    });

    describe.each(only(UNTOLD_OF_BREAKS))('by $form, which is told nothing', (form) => {
      verifies(['D3', 'D5'], 'has a span that ends with the error all the same', async () => {
        await breakInTheMiddle(form, act);
        const query = await driver.querySpan();
        expect(query.status.code).toBe(SpanStatusCode.ERROR);
        expect(query.attributes['db.response.status_code']).toBe(sqlState);
      });
    });
  });

  describe.each(QUERY_FORMS)('or that takes too long for the server, by $form', (form) => {
    verifies(['D3', 'D5'], 'ends with the SQLSTATE of the timeout', async () => {
      const client = await driver.client({ statement_timeout: 20 });
      const { result } = await inRequest(() => form.run(client, 'SELECT pg_sleep($1)', [60]));
      expect(result.error).toMatchObject({ code: '57014' });
      expect((await driver.querySpan()).attributes['db.response.status_code']).toBe('57014');
    });
  });

  describe.each(only(UNTOLD_OF_TIMEOUTS))('or that takes too long for the client, by $form, which is told nothing', (form) => {
    verifies(['D3', 'D5'], 'ends when the driver gives it up', async () => {
      const client = await driver.client({ query_timeout: 20 });
      void inRequest(() => form.run(client, 'SELECT pg_sleep($1)', [60]));
      expect((await driver.querySpan()).attributes['error.type']).toBe('Error');
    });
  });

  describe.each(except(UNTOLD_OF_TIMEOUTS))('or that takes too long for the client, by $form', (form) => {
    verifies(['D3', 'D5'], 'ends when the application is told', async () => {
      const client = await driver.client({ query_timeout: 20 });
      const { requestId, result } = await inRequest(() => form.run(client, 'SELECT pg_sleep($1)', [60]));
      expect(result.error).toMatchObject({ message: 'Query read timeout' });
      expect(new Set(result.active)).toEqual(new Set([requestId]));
      expect((await driver.querySpan()).attributes['error.type']).toBe('Error');
    });
  });

  verifies(['D3', 'D5'], 'ends the spans of queries that still wait their turn', async () => {
    const client = (await driver.client({ pipeline: true } as object)) as unknown as Connected;
    const answers = [1, 2, 3].map(() => inRequest(() => client.query('SELECT pg_sleep(60)')).catch((error: unknown) => error));
    client.connection.stream.destroy();
    expect(await Promise.all(answers)).toEqual([expect.any(Error), expect.any(Error), expect.any(Error)]);
    await driver.telemetry.waitFor(() => driver.querySpans().length === 3);
    expect(driver.querySpans().map(({ status }) => status.code)).toEqual([2, 2, 2]);
  });

  verifies(['D3', 'R12'], 'tells a query of a pool in the context of its request', async () => {
    const pool = driver.pool({ max: 1 });
    const [opened] = (await Promise.all([once(pool, 'connect'), pool.query('SELECT 1')]))[0] as unknown as [Connected];
    const { requestId, result } = await inRequest(
      () =>
        new Promise<{ error: Error; active: string | undefined }>((resolve) => {
          pool.query('SELECT pg_sleep(60)', (error) => resolve({ error, active: activeSpanId() }));
          setImmediate(() => opened.connection.stream.destroy());
        }),
    );
    expect(result).toEqual({ error: expect.any(Error) as Error, active: requestId });
    expect((await driver.querySpan()).status.code).toBe(SpanStatusCode.ERROR);
  });
});
