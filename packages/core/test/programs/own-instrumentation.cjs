// Queries with the application's own instrumentation of a driver in the set-up. Arguments: driver, URL.
const { setupOtel, withSpan } = require('@otelier/core');

const [name, url] = process.argv.slice(2);

const instrumentations = {
  pg: () => new (require('@opentelemetry/instrumentation-pg').PgInstrumentation)(),
  mysql2: () => new (require('@opentelemetry/instrumentation-mysql2').MySQL2Instrumentation)(),
};

const queries = {
  async pg({ Pool }) {
    const pool = new Pool({ connectionString: url });
    await pool.query('SELECT 1');
    await pool.end();
  },
  async mysql2({ createPool }) {
    const pool = createPool(url).promise();
    await pool.query('SELECT 1');
    await pool.end();
  },
};

async function run() {
  const otel = setupOtel({ serviceName: 'modules', instrumentations: [instrumentations[name]()] });
  await withSpan('job', () => queries[name](require(name)));
  await otel.shutdown();
}

void run();
