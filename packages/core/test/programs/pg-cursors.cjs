// Reads a cursor and a stream within a request. Argument: whether the driver is required before the set-up or after it.
const [order] = process.argv.slice(2);
const load = () => ({ pg: require('pg'), Cursor: require('pg-cursor'), QueryStream: require('pg-query-stream') });

const early = order === 'driver first' ? load() : undefined;
const { setupOtel, withSpan } = require('@otelier/core');

setupOtel({ serviceName: 'modules' });
const { pg, Cursor, QueryStream } = early ?? load();

async function run() {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  await withSpan('request', async () => {
    const cursor = client.query(new Cursor('SELECT generate_series(1, 3) AS one'));
    await cursor.read(2);
    await cursor.close();
    await client.query(new QueryStream('SELECT $1::int AS two', [2])).toArray();
  });
  await client.end();
}

void run();
