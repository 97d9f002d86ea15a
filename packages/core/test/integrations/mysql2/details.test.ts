import { SpanStatusCode } from '@opentelemetry/api';
import { describeWith, testMysql, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { Connection, RowDataPacket } from 'mysql2';
import { queryFailure } from '../../../src/integrations/mysql2/query-failure.js';
import { rememberServer, serverAddress, serverSystem } from '../../../src/integrations/mysql2/server-system.js';
import { clientSpans, DRIVERS } from './drivers.js';

describe.each(DRIVERS)('the spans of %s', (_name, driver) => {
  describeWith('mysql', 'on a server', () => {
    let telemetry: TelemetryProbe;
    let connection: Connection;
    const others: Connection[] = [];

    beforeAll(async () => {
      telemetry = new TelemetryProbe({ database: { slowQueryMillis: 30 } });
      connection = driver.createConnection({ uri: (await testMysql()).url });
    });
    afterAll(async () => {
      await telemetry.otel.shutdown();
      await Promise.all([connection, ...others].map((each) => each.promise().end()));
    });

    verifies('D3', 'know the kind of the server from the first query of its first connection on', async () => {
      const { url, host, port } = await testMysql();
      const [[row]] = await connection.promise().query<RowDataPacket[]>('SELECT VERSION() AS version');
      const isMariadb = String(row?.['version']).includes('MariaDB');
      rememberServer({ address: host, port }, isMariadb ? '8.4.0' : '10.11.6-MariaDB');
      const first = driver.createConnection({ uri: url });
      others.push(first);
      const [span] = await clientSpans(telemetry, () => first.promise().query('SELECT 1'));
      expect(span?.attributes['db.system.name']).toBe(isMariadb ? 'mariadb' : 'mysql');
    });

    verifies('D3', 'know the kind of the server before the first query, once the connection is made', async () => {
      const { url, host, port } = await testMysql();
      const server = { address: host, port };
      await connection.promise().query('SELECT 1');
      const kind = serverSystem(server);
      rememberServer(server, kind === 'mariadb' ? '8.4.0' : '10.11.6-MariaDB');
      const idle = driver.createConnection({ uri: url });
      others.push(idle);
      await idle.promise().connect();
      expect(serverSystem(server)).toBe(kind);
    });

    verifies(['D2', 'D3'], 'know the kind of the server by the query of a connection that has long been made', async () => {
      const { host, port } = await testMysql();
      const server = { address: host, port };
      await connection.promise().query('SELECT 1');
      const kind = serverSystem(server);
      rememberServer(server, kind === 'mariadb' ? '8.4.0' : '10.11.6-MariaDB');
      const [span] = await clientSpans(telemetry, () => connection.promise().query('SELECT 1'));
      expect(span?.attributes['db.system.name']).toBe(kind);
    });

    verifies(['D3', 'D5'], 'have no error of another statement that is prepared in vain meanwhile', async () => {
      const statement = await connection.promise().prepare('SELECT 1 AS prepared');
      const spans = await clientSpans(
        telemetry,
        async () => {
          const failing = new Promise((resolve) => void connection.prepare('SELECT gone', resolve));
          const running = [connection.promise().query('SELECT 1'), statement.execute([])];
          expect(await failing).toMatchObject({ errno: 1054 });
          await Promise.all(running);
        },
        2,
      );
      expect(spans.map(({ status }) => status.code)).toEqual([SpanStatusCode.UNSET, SpanStatusCode.UNSET]);
    });

    verifies('D6', 'have an event when the query was slow', async () => {
      const [slow] = await clientSpans(telemetry, () => connection.promise().execute('SELECT SLEEP(0.05)'));
      expect(slow?.events.map(({ name }) => name)).toEqual(['db.query.slow']);
    });

    verifies('D3', 'have the path of the socket for an address, and no port', async () => {
      const { user, password, database } = await testMysql();
      const [[row]] = await connection.promise().query<RowDataPacket[]>('SELECT @@socket AS path');
      const socketPath = String(row?.['path']);
      const local = driver.createConnection({ user, password, database, socketPath });
      others.push(local);
      const [span] = await clientSpans(telemetry, () => local.promise().query('SELECT 1'));
      expect(span?.attributes['server.address']).toBe(socketPath);
      expect(span?.attributes).not.toHaveProperty('server.port');
    });

    verifies('D3', 'have the database that the user has been changed to', async () => {
      const { url, user, password } = await testMysql();
      const changing = driver.createConnection({ uri: url });
      others.push(changing);
      await changing.promise().changeUser({ user, password, database: 'information_schema' });
      const [span] = await clientSpans(telemetry, () => changing.promise().query('SELECT 1'));
      expect(span?.attributes['db.namespace']).toBe('information_schema');
    });
  });
});

describe('the server of a connection', () => {
  verifies('D3', 'is where the driver goes by default', () => {
    expect(serverAddress({})).toEqual({ address: 'localhost', port: 3306 });
    expect(serverAddress({ host: 'db', port: '3307' })).toEqual({ address: 'db', port: 3307 });
    expect(serverAddress({ host: 'db', port: 3307, socketPath: '/s' })).toEqual({ address: '/s', port: undefined });
    expect(serverAddress({ host: {}, port: {}, socketPath: 7 })).toEqual({ address: 'localhost', port: 3306 });
  });

  verifies('D3', 'is MariaDB when it said so last', () => {
    const server = { address: 'maria.example', port: 1 };
    expect(serverSystem(server)).toBe('mysql');
    rememberServer(server, '5.5.5-10.11.6-MariaDB-log');
    expect(serverSystem(server)).toBe('mariadb');
    expect(serverSystem({ ...server, port: 2 })).toBe('mysql');
    rememberServer(server, undefined);
    expect(serverSystem(server)).toBe('mariadb');
    rememberServer(server, '8.4.0');
    expect(serverSystem(server)).toBe('mysql');
  });
});

verifies(['D3', 'X6'], 'the kinds of servers are remembered of a thousand at most', () => {
  const servers = Array.from({ length: 1001 }, (_, port) => ({ address: 'made-up.example', port }));
  servers.forEach((server) => rememberServer(server, '10.11.6-MariaDB'));
  const remembered = servers.filter((server) => serverSystem(server) === 'mariadb').length;
  servers.forEach((server) => rememberServer(server, '8.4.0'));
  expect(remembered).toBeGreaterThan(0);
  expect(remembered).toBeLessThanOrEqual(1000);
});

verifies(['D3', 'X6'], 'what a failure tells is read from any thrown value', () => {
  const hostile = {
    get errno(): number {
      throw new Error('hostile');
    },
    get code(): string {
      throw new Error('hostile');
    },
    name: 7,
  };
  expect(queryFailure(undefined)).toBeUndefined();
  expect(queryFailure(null)).toBeUndefined();
  expect(queryFailure(hostile)).toEqual({ statusCode: undefined, type: 'Error' });
  expect(queryFailure('text')).toEqual({ statusCode: undefined, type: 'Error' });
  expect(queryFailure({ errno: -111, code: 'ECONNREFUSED' })).toEqual({ statusCode: undefined, type: 'ECONNREFUSED' });
  expect(queryFailure({ errno: 1062, code: 'ER_DUP_ENTRY' })).toEqual({ statusCode: '1062', type: 'ER_DUP_ENTRY' });
});
