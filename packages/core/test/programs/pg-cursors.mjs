// Reads a cursor and a stream within a request. Argument: whether the driver is imported before the set-up or after it.
import { setupOtel, withSpan } from '@otelier/core';

const [order] = process.argv.slice(2);
const load = async () => Promise.all([import('pg'), import('pg-cursor'), import('pg-query-stream')]);

const early = order === 'driver first' ? await load() : undefined;
setupOtel({ serviceName: 'modules' });
const [{ default: pg }, { default: Cursor }, { default: QueryStream }] = early ?? (await load());

const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
await client.connect();
await withSpan('request', async () => {
  const cursor = client.query(new Cursor('SELECT generate_series(1, 3) AS one'));
  await cursor.read(2);
  await cursor.close();
  await client.query(new QueryStream('SELECT $1::int AS two', [2])).toArray();
});
await client.end();
