// The queries of the module programs: two of each driver, one of them prepared. The driver is handed in.
const url = process.env.TEST_DATABASE_URL;

async function queryPg(pg) {
  const pool = new pg.Pool({ connectionString: url });
  await pool.query('SELECT 1 AS one');
  await pool.end();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query({ text: 'SELECT $1::int AS two', values: [2], name: 'two' });
  await client.end();
}

async function queryMysql2(mysql2) {
  const pool = mysql2.createPool({ uri: url });
  await new Promise((resolve, reject) => {
    pool.query('SELECT 1 AS one', (error) => (error ? reject(error) : resolve()));
  });
  await pool.promise().execute('SELECT ? AS two', [2]);
  await pool.promise().end();
}

async function queryMysql2Promise(mysql2) {
  const pool = mysql2.createPool({ uri: url });
  await pool.query('SELECT 1 AS one');
  await pool.execute('SELECT ? AS two', [2]);
  await pool.end();
}

const programs = {
  pg: queryPg,
  'mysql2': queryMysql2,
  'mysql2-old': queryMysql2,
  'mysql2/promise': queryMysql2Promise,
  'mysql2-old/promise': queryMysql2Promise,
};

exports.runQueries = (name, driver) => programs[name](driver);
