import { once } from 'node:events';
import { describeWith, verifies } from '@otelier/testkit';
import { Query, type QueryResult } from 'pg';
import type * as pg from 'pg';
import { inRequest, ObservedDriver } from './observed-driver';

const old = jest.requireActual<typeof pg>('pg-old');
const SENT = 'SELECT current_query() AS sent, $1::int AS number';
type Sent = QueryResult<{ sent: string }>;

describeWith('postgres', 'the comment on a statement of pg', () => {
  let driver: ObservedDriver;

  beforeAll(async () => {
    driver = await ObservedDriver.start({ sqlCommenter: true });
  });
  afterEach(() => driver.clear());
  afterAll(() => driver.stop());

  async function sent(query: (client: pg.Client) => Promise<Sent>, Client?: typeof pg.Client): Promise<string> {
    const client = Client === undefined ? await driver.client() : new Client({ connectionString: driver.database.url });
    await (Client === undefined ? undefined : client.connect());
    const { result } = await inRequest(() => query(client));
    await client.end();
    return result.rows[0]?.sent ?? '';
  }

  const values = [7];
  const config = Object.freeze({ text: SENT, values: Object.freeze(values) as number[] });
  const called = (call: (done: (error: Error, result: Sent) => void) => void): Promise<Sent> =>
    new Promise((resolve, reject) => call((error, result) => (error ? reject(error) : resolve(result))));

  describe.each([
    ['a text', (client: pg.Client) => client.query(SENT, values)],
    ['a configuration', (client: pg.Client) => client.query(config)],
    ['a text and a callback', (client: pg.Client) => called((done) => client.query(SENT, values, done))],
    [
      'a configuration with its callback',
      (client: pg.Client) => called((callback) => void client.query({ ...config, callback } as never)),
    ],
  ] as const)('by %s', (_form, query) => {
    verifies('D8', 'tells the span of the statement', async () => {
      const text = await sent(query as (client: pg.Client) => Promise<Sent>);
      const { traceId, spanId } = (await driver.querySpan()).spanContext();
      expect(text).toContain(`traceparent='00-${traceId}-${spanId}-01'*/`);
      expect((await driver.querySpan()).attributes['db.query.text']).toBe(SENT);
    });

    verifies('D8', 'is made for the oldest supported driver too', async () => {
      expect(await sent(query as (client: pg.Client) => Promise<Sent>, old.Client)).toContain("traceparent='00-");
    });
  });

  verifies('D8', "leaves the application's objects as they are, of whatever class", async () => {
    class Statement {
      readonly text = SENT;
      readonly #values = values;
      get values(): number[] {
        return this.#values;
      }
    }
    expect(await sent((client) => client.query(new Statement()), old.Client)).toContain("traceparent='00-");
    const own = { text: SENT, values };
    await sent((client) => called((done) => client.query(own, done as never)), old.Client);
    expect(own.text).toBe(SENT);
  });

  verifies('D8', "reads what the class of the application's object has", async () => {
    class Statement {
      readonly given = values;
      get text(): string {
        return SENT;
      }
      get values(): number[] {
        return this.given;
      }
    }
    expect(await sent((client) => client.query(new Statement()))).toContain("traceparent='00-");
  });

  verifies(['D2', 'D8'], 'leaves the error as it is where the driver can not write into a frozen configuration', async () => {
    const client = new old.Client({ connectionString: driver.database.url });
    await client.connect();
    const refused = (): void => client.query(Object.freeze({ text: SENT }) as never, values, () => {});
    await inRequest(async () => expect(refused).toThrow(new TypeError('Cannot add property values, object is not extensible')));
    await client.end();
  });

  verifies('D8', 'is not made for a named statement, nor for a query that is an object of its own', async () => {
    expect(await sent((client) => client.query({ ...config, name: 'sent' }))).toBe(SENT);
    expect(
      await sent(async (client) => {
        const [result] = (await once(client.query(new Query(SENT, values)), 'end')) as [Sent];
        return result;
      }),
    ).toBe(SENT);
  });
});
