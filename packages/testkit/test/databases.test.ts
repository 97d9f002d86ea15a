import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { describeWith, testMysql, testPostgres } from '@otelier/testkit';
import { mysqlDatabases, postgresDatabases } from '../src/databases/worker-databases';

describeWith('postgres', 'the PostgreSQL of the tests', () => {
  it('answers a query in a database of this worker', async () => {
    const { url, ...parts } = await testPostgres();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query('SELECT current_database() AS name, 6 * 7 AS answer');
    expect(rows).toEqual([{ name: parts.database, answer: 42 }]);
    await client.end();
  });

  it('takes the parts of its URL one by one', async () => {
    const { host, port, user, password, database } = await testPostgres();
    const client = new pg.Client({ host, port, user, password, database });
    await client.connect();
    const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
    expect(rows).toEqual([{ name: database }]);
    await client.end();
  });
});

describeWith('mysql', 'the MariaDB or MySQL of the tests', () => {
  it('answers a query in a database of this worker', async () => {
    const { url, database } = await testMysql();
    const connection = await createConnection(url);
    const [rows] = await connection.query("SELECT DATABASE() AS name, 6 * 7 AS answer, '✓' AS mark");
    expect(rows).toEqual([{ name: database, answer: 42, mark: '✓' }]);
    await connection.end();
  });

  it('takes the parts of its URL one by one', async () => {
    const { host, port, user, password, database } = await testMysql();
    const connection = await createConnection({ host, port, user, password, database });
    const [rows] = await connection.query('SELECT DATABASE() AS name');
    expect(rows).toEqual([{ name: database }]);
    await connection.end();
  });
});

describe.each([
  ['postgres', testPostgres, postgresDatabases],
  ['mysql', testMysql, mysqlDatabases],
] as const)('the databases of one run on a server of the kind %s', (kind, testDatabase, databasesAt) => {
  describeWith(kind, 'that many runs share', () => {
    it('are created and removed without touching those of another run', async () => {
      const { url, database } = await testDatabase();
      const databases = databasesAt(url);
      // The underscore of LIKE stands for any character: only an escaped one keeps the second name alive.
      const names = [`${database}_x_1`, `${database}_xy1`];
      await databases.create(names);
      await databases.drop(`${database}_x_`);
      await databases.create(names.slice(0, 1));
      await expect(databases.create(names.slice(1))).rejects.toThrow(/exists/);
      await databases.drop(`${database}_x`);
      await databases.create(names);
      await databases.drop(`${database}_x`);
    });
  });
});
