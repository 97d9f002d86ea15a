import { once } from 'node:events';
import { SpanStatusCode } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { describeWith, verifies } from '@otelier/testkit';
import { Query } from 'pg';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import { activeSpanId, inRequest, ObservedDriver } from './observed-driver';

const MANY_ROWS = 'SELECT number FROM generate_series(1, 1000) AS number';
const FAILS_AT_THE_FOURTH = 'SELECT 12 / (4 - number) AS part FROM generate_series(1, 9) AS number';

describeWith('postgres', 'a cursor or stream of pg', () => {
  let driver: ObservedDriver;

  beforeAll(async () => {
    driver = await ObservedDriver.start();
  });
  afterEach(() => driver.clear());
  afterAll(() => driver.stop());

  verifies('D5', 'has a span that lasts until the cursor is read to its end, whatever happens between', async () => {
    const client = await driver.client();
    const { requestId } = await inRequest(async () => {
      const cursor = client.query(new Cursor('SELECT number FROM generate_series(1, 3) AS number'));
      await withSpan('first page', () => cursor.read(2));
      expect(driver.querySpans()).toEqual([]);
      await withSpan('second page', () => cursor.read(2));
      expect(await cursor.read(2)).toEqual([]);
    });
    const query = await driver.querySpan();
    expect(query.parentSpanContext?.spanId).toBe(requestId);
    expect(query.attributes['db.response.returned_rows']).toBe(3);
  });

  verifies(['D5', 'R12'], 'calls back whoever reads from the cursor, not whoever opened it', async () => {
    const client = await driver.client();
    const cursor = await withSpan('opener', async () => client.query(new Cursor(MANY_ROWS)));
    for (const close of [false, true]) {
      const { requestId, result } = await inRequest(
        () =>
          new Promise<string | undefined>((resolve) => {
            const answer = (): void => resolve(activeSpanId());
            if (close) {
              cursor.close(answer);
            } else {
              cursor.read(10, answer);
            }
          }),
      );
      expect(result).toBe(requestId);
    }
  });

  verifies('D5', 'ends the span of a cursor that is closed early, with the rows that were read', async () => {
    const client = await driver.client();
    await inRequest(async () => {
      const cursor = client.query(new Cursor(MANY_ROWS));
      await cursor.read(10);
      await cursor.close();
    });
    const query = await driver.querySpan();
    expect(query.attributes['db.response.returned_rows']).toBe(10);
    expect(query.status.code).toBe(SpanStatusCode.UNSET);
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  verifies('D5', 'ends the span of a stream that is destroyed early', async () => {
    const client = await driver.client();
    await inRequest(async () => {
      const stream = client.query(new QueryStream(MANY_ROWS, [], { batchSize: 10 }));
      await once(stream, 'data');
      stream.destroy();
      await once(stream, 'close');
    });
    const query = await driver.querySpan();
    expect(query.status.code).toBe(SpanStatusCode.UNSET);
    expect(query.attributes['db.response.returned_rows']).toBeLessThan(1000);
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  verifies('D5', 'ends the span of a stream whose iteration is left early', async () => {
    const client = await driver.client();
    await inRequest(async () => {
      for await (const row of client.query(new QueryStream(MANY_ROWS, [], { batchSize: 10 }))) {
        expect(row).toEqual({ number: 1 });
        break;
      }
    });
    expect((await driver.querySpan()).status.code).toBe(SpanStatusCode.UNSET);
  });

  verifies('D5', 'takes an error of the application, by which it destroys a stream, for no failure of the query', async () => {
    const client = await driver.client();
    const reason = new Error('enough');
    await inRequest(async () => {
      const stream = client.query(new QueryStream(MANY_ROWS, [], { batchSize: 10 }));
      await once(stream, 'data');
      stream.destroy(reason);
      await expect(once(stream, 'close')).rejects.toBe(reason);
    });
    expect((await driver.querySpan()).status.code).toBe(SpanStatusCode.UNSET);
  });

  verifies(['D3', 'D5'], 'ends with the error of a statement that fails in the middle', async () => {
    const client = await driver.client();
    const reads = [
      async (): Promise<void> => {
        const cursor = client.query(new Cursor(FAILS_AT_THE_FOURTH));
        expect(await cursor.read(3)).toHaveLength(3);
        await cursor.read(3);
      },
      async (): Promise<void> => {
        for await (const row of client.query(new QueryStream(FAILS_AT_THE_FOURTH, [], { batchSize: 1 }))) {
          expect(row).toHaveProperty('part');
        }
      },
    ];
    for (const read of reads) {
      await driver.telemetry.clear();
      await expect(inRequest(read)).rejects.toMatchObject({ code: '22012' });
      const query = await driver.querySpan();
      expect(query.status).toEqual({ code: SpanStatusCode.ERROR, message: '22012' });
      expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    }
  });

  verifies('D5', 'ends the span when the client refuses the cursor, as it does in pipeline mode', async () => {
    const client = await driver.client({ pipeline: true } as object);
    const refused = inRequest(() => client.query(new Cursor(MANY_ROWS)).read(1));
    await expect(refused).rejects.toThrow('not supported in pipeline mode');
    expect((await driver.querySpan()).attributes['error.type']).toBe('Error');
  });

  verifies(['D1', 'D5'], 'has one span for each of many queries that wait in one pipeline', async () => {
    const client = await driver.client({ pipeline: true } as object);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        inRequest(async () => {
          if (index % 2 === 0) {
            const { rows } = await client.query<{ number: number }>('SELECT $1::int AS number', [index]);
            return { number: rows[0]?.number, active: activeSpanId() };
          }
          const query = client.query(new Query<{ number: number }, [number]>('SELECT $1::int AS number', [index]));
          return new Promise((resolve) => {
            query.on('row', ({ number }) => resolve({ number, active: activeSpanId() }));
          });
        }),
      ),
    );
    expect(answers.map(({ result }) => result)).toEqual(
      answers.map(({ requestId }, number) => ({ number, active: requestId })),
    );
    await driver.telemetry.waitFor(() => driver.querySpans().length === 50);
    const parents = driver.querySpans().map(({ parentSpanContext }) => parentSpanContext?.spanId);
    expect(new Set(parents)).toEqual(new Set(answers.map(({ requestId }) => requestId)));
  });

  verifies('D5', 'has ended its span before the application is told of the end', async () => {
    const client = await driver.client();
    const told = (ask: (tell: () => void) => unknown): Promise<number> =>
      inRequest(
        () =>
          new Promise<number>((resolve) => {
            ask(() => resolve(driver.querySpans().length));
          }),
      ).then(({ result }) => result);
    expect(await told((tell) => client.query('SELECT 1', tell))).toBe(1);
    expect(await told((tell) => client.query(new Query('SELECT 1')).on('end', tell))).toBe(2);
    expect(await told((tell) => client.query(new Query('SELECT 1', tell)))).toBe(3);
    expect(await told((tell) => client.query(new Cursor('SELECT 1').on('end', tell)).read(2))).toBe(4);
  });

  verifies('D5', 'leaves nothing to see on a query object that is copied or printed', async () => {
    const client = await driver.client();
    const query = new Query('SELECT 1');
    const keys = Object.keys(query);
    client.query(query);
    await once(query, 'end');
    expect(Object.keys(query).filter((key) => !keys.includes(key) && !key.startsWith('_'))).toEqual([]);
  });
});
