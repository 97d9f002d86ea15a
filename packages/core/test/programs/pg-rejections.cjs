// Makes queries that fail and says which rejections nobody has handled, each by the code or the message of its error.
const { setupOtel, withSpan } = require('@otelier/core');
const { Client, Pool } = require('pg');

const url = process.env.TEST_DATABASE_URL;
const unhandled = [];
process.on('unhandledRejection', (error) => unhandled.push(error.code ?? error.message));

async function run() {
  const otel = setupOtel({ serviceName: 'modules' });
  const client = new Client({ connectionString: url });
  await client.connect();
  const pool = new Pool({ connectionString: url });
  await withSpan('request', async () => {
    void client.query('SELECT 1/0');
    await client.query('SELECT nothing').catch(() => {});
    void pool.query('SELECT nothing');
    void new Pool({ connectionString: 'postgres://127.0.0.1:1/none' }).connect();
    await new Pool({ connectionString: 'postgres://127.0.0.1:1/none' }).connect().catch(() => {});
  });
  await client.end();
  await pool.end();
  await otel.shutdown();
  console.log(JSON.stringify(unhandled.toSorted((left, right) => left.localeCompare(right))));
}

void run();
