import { once } from 'node:events';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { describeWith, expectDiagnostics, verifies } from '@otelier/testkit';
import { Query } from 'pg';
import { activeSpanId, inRequest, ObservedDriver } from './observed-driver';

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

describeWith('postgres', 'an object that pg takes for a query', () => {
  let driver: ObservedDriver;

  beforeAll(async () => {
    driver = await ObservedDriver.start();
  });
  afterEach(() => driver.clear());
  afterAll(() => driver.stop());

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

  verifies('D5', 'leaves the callback in an object that is submitted again before its first end', async () => {
    const client = await driver.client({ pipeline: true } as object);
    const own = (): void => {};
    await inRequest(async () => {
      const query = new Query('SELECT 1', own as never) as Query & { callback?: unknown };
      client.query(query);
      client.query(query);
      await client.query('SELECT 2');
      expect(query.callback).toBe(own);
    });
  });

  verifies(['D5', 'D6'], 'counts the rows of an object anew each time that it is submitted', async () => {
    const client = await driver.client();
    const query = new OwnQuery('SELECT 1');
    await inRequest(async () => {
      client.query(query);
      await client.query('SELECT 2');
      client.query(query);
      await client.query('SELECT 3');
    });
    expect(driver.querySpans().map(({ attributes }) => attributes['db.response.returned_rows'])).toEqual([1, 1, 1, 1]);
  });

  verifies(['D5', 'R12'], 'lets all that the client calls on such an object work in the context of whoever asked', async () => {
    const names = [
      'submit',
      'handleRowDescription',
      'handleDataRow',
      'handlePortalSuspended',
      'handleEmptyQuery',
      'handleCommandComplete',
      'handleCopyInResponse',
      'handleCopyData',
      'handleReadyForQuery',
      'handleError',
    ];
    const active: (string | undefined)[] = [];
    const query = Object.fromEntries(names.map((name) => [name, () => void active.push(activeSpanId())]));
    const client = await driver.client();
    const { requestId } = await inRequest(async () => client.query(query as never));
    names.forEach((name) => context.with(ROOT_CONTEXT, () => query[name]?.()));
    // The client itself has submitted it once.
    expect(active).toEqual(Array.from({ length: names.length + 1 }, () => requestId));
    await client.end();
  });

  verifies(['D5', 'X6'], 'runs an object that can not be watched, however often, with a span that ends', async () => {
    const client = await driver.client();
    const query = Object.freeze(new OwnQuery('SELECT 1'));
    expectDiagnostics('OTELIER_INTERNAL_ERROR');
    await inRequest(async () => {
      client.query(query);
      await client.query('SELECT 2');
      client.query(query);
      await client.query('SELECT 3');
    });
    expect(query.active).not.toEqual([]);
    expect(driver.querySpans()).toHaveLength(4);
  });

  verifies('D5', 'leaves what the driver itself has put in the place of a callback', async () => {
    const client = await driver.client({ query_timeout: 10_000 });
    await inRequest(async () => {
      const query = new Query('SELECT 1', (() => {}) as never) as Query & { callback?: unknown };
      client.query(query);
      const { callback } = query;
      await client.query('SELECT 2');
      expect(query.callback).toBe(callback);
    });
  });
});
