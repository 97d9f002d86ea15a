import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { askRedis, describeWith, startPrivateRedis, testMysql, testPostgres, testRedis } from '@otelier/testkit';
import { mysqlDatabases, postgresDatabases, redisDatabases } from '../src/databases/worker-databases';

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

describeWith('redis', 'the Redis of the tests', () => {
  it('answers a command in a database of this worker, which its URL names', async () => {
    const { url, database } = await testRedis();
    expect(new URL(url).pathname).toBe(`/${database}`);
    const [select, set, get] = await askRedis(url, ['SELECT', database], ['SET', 'mark', '✓'], ['GET', 'mark']);
    expect([select, set, get]).toEqual(['+OK', '+OK', '$3\r\n✓']);
    await expect(askRedis(url, ['SELECT', '0'], ['GET', 'mark'])).resolves.toEqual(['+OK', '$-1']);
  });

  it('lets nobody in without its password', async () => {
    const url = new URL((await testRedis()).url);
    url.password = '';
    await expect(askRedis(url.href, ['PING'])).rejects.toThrow(/^NOAUTH/);
    url.password = 'wrong';
    await expect(askRedis(url.href, ['PING'])).rejects.toThrow(/^WRONGPASS/);
  });

  it('has the databases of the workers emptied when a run begins, and no other', async () => {
    const { url, stop } = await startPrivateRedis();
    const key = (index: string): Promise<string[]> => askRedis(url, ['SELECT', index], ['EXISTS', 'left']);
    await askRedis(url, ['SET', 'left', '0'], ['SELECT', '2'], ['SET', 'left', '2']);
    await redisDatabases(url).create(['otelier_test_12_1', 'otelier_test_12_2']);
    expect(await Promise.all(['0', '2'].map(key))).toEqual([
      ['+OK', ':1'],
      ['+OK', ':0'],
    ]);
    await stop();
  });

  it('can be started once more, and is gone when it is stopped', async () => {
    const { url, stop } = await startPrivateRedis({ lines: ['maxmemory 32mb'] });
    expect(await askRedis(url, ['INFO', 'memory'])).toEqual([expect.stringContaining('maxmemory:33554432')]);
    await stop();
    await expect(askRedis(url, ['PING'])).rejects.toThrow('ECONNREFUSED');
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
