// Reads a cursor and a stream of a driver that a bundler has put into the program.
import { setupOtel, traceIntegration, withSpan } from '@otelier/core';
import pg from 'pg';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';

setupOtel({ serviceName: 'modules' });
const undo = traceIntegration(pg);

async function read() {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  const cursor = client.query(new Cursor('SELECT generate_series(1, 3) AS one'));
  await cursor.read(2);
  await cursor.close();
  await client.query(new QueryStream('SELECT $1::int AS two', [2])).toArray();
  await client.end();
}

void withSpan('request', read)
  .then(() => {
    undo();
    return withSpan('afterwards', read);
  })
  .then(() => process.exit(0));
