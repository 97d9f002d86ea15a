import { once } from 'node:events';
import type { Socket } from 'node:net';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { describeWith, testMysql, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import * as current from 'mysql2';
import type { Connection, PrepareStatementInfo, Query, QueryError } from 'mysql2';
import { DRIVERS } from './drivers.js';

const SLOW = 'SELECT SLEEP(60)';

/** The forms by what the driver does with them when the connection breaks: it tells only callbacks of that. */
const FORMS: readonly (readonly [string, (connection: Connection, told: (error: unknown) => void) => unknown])[] = [
  ['query with a callback', (connection, told) => connection.query(SLOW, told)],
  ['query with events', (connection, told) => connection.query(SLOW).on('error', told)],
  ['query with a stream', (connection, told) => connection.query(SLOW).stream().on('error', told)],
  ['execute with a callback', (connection, told) => connection.execute(SLOW, told)],
  ['execute with events', (connection, told) => (connection.execute(SLOW, []) as unknown as Query).on('error', told)],
  [
    'a prepared statement',
    (connection, told) =>
      connection.prepare(SLOW, (_error, statement) => {
        statement.execute([], told as (error: QueryError | null) => void);
      }),
  ],
];

const BREAKS: readonly (readonly [string, (connection: Connection, admin: Connection) => unknown, string])[] = [
  [
    'is killed on the server',
    (connection, admin) => admin.promise().query(`KILL CONNECTION ${connection.threadId}`),
    'PROTOCOL_CONNECTION_LOST',
  ],
  ['loses its socket', (connection) => socketOf(connection).destroy(), 'PROTOCOL_CONNECTION_LOST'],
  ['has an error on its socket', (connection) => socketOf(connection).destroy(reset()), 'ECONNRESET'],
  [
    'is destroyed by the application',
    (connection) => {
      connection.destroy();
      socketOf(connection).destroy();
    },
    'PROTOCOL_CONNECTION_LOST',
  ],
];

function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104 });
}

function socketOf(connection: Connection): Socket {
  return (connection as unknown as { stream: Socket }).stream;
}

describe.each(DRIVERS)('%s, whose connection breaks', (_name, driver) => {
  describeWith('mysql', 'in the middle', () => {
    let url: string;
    let admin: Connection;
    let telemetry: TelemetryProbe;

    beforeAll(async () => {
      ({ url } = await testMysql());
      admin = current.createConnection({ uri: url });
      await admin.promise().connect();
      telemetry = new TelemetryProbe();
    });
    beforeEach(() => telemetry.clear());
    afterAll(async () => {
      await telemetry.otel.shutdown();
      await admin.promise().end();
    });

    const querySpan = (name: string): Promise<ReadableSpan> =>
      telemetry.span((span) => span.kind === SpanKind.CLIENT && span.attributes['db.query.text'] === name);

    async function connect(): Promise<Connection> {
      const connection = driver.createConnection({ uri: url });
      connection.on('error', () => {});
      await connection.promise().connect();
      return connection;
    }

    /** Waits until the server is at work for a connection. */
    async function whileSleeping({ threadId }: Connection): Promise<void> {
      for (;;) {
        const [rows] = await admin
          .promise()
          .query('SELECT 1 FROM information_schema.processlist WHERE id = ? AND info LIKE ?', [threadId, '%SLEEP%']);
        if ((rows as unknown[]).length > 0) {
          return;
        }
      }
    }

    for (const [form, begin] of FORMS) {
      for (const [what, breakIt, code] of BREAKS) {
        verifies(['D1', 'D3', 'D5'], `ends the span of ${form} when the connection ${what}`, async () => {
          const connection = await connect();
          const errors: unknown[] = [];
          withSpan('request', () => void begin(connection, (error) => errors.push(error)));
          await whileSleeping(connection);
          const closed = once(socketOf(connection), 'close').catch(() => {});
          await breakIt(connection, admin);
          await closed;
          const span = await querySpan('SELECT SLEEP(?)');
          const type = span.attributes['error.type'];
          expect(span.status.code).toBe(SpanStatusCode.ERROR);
          // A server that is quick enough says itself that it was interrupted.
          expect([code, '1317', '1927']).toContain(type);
          for (const error of errors) {
            const { errno, code: text } = error as { errno?: number; code?: string };
            expect([String(errno), text]).toContain(type);
          }
        });
      }
    }

    verifies(['D1', 'D5'], 'ends the spans of the queries that wait behind the one that is lost', async () => {
      const connection = await connect();
      withSpan('request', () => {
        connection.query(SLOW, () => {});
        connection.query('SELECT 1 AS a').on('error', () => {});
        connection.execute('SELECT 1 AS b', () => {});
      });
      await whileSleeping(connection);
      socketOf(connection).destroy();
      for (const text of ['SELECT SLEEP(?)', 'SELECT ? AS a', 'SELECT ? AS b']) {
        expect((await querySpan(text)).attributes['error.type']).toBe('PROTOCOL_CONNECTION_LOST');
      }
    });

    verifies(['D1', 'D5'], 'ends the span of the query that is lost when others have ended before', async () => {
      const connection = await connect();
      withSpan('request', () => {
        connection.query('SELECT 1 AS a').on('error', () => {});
        connection.query(SLOW).on('error', () => {});
      });
      await whileSleeping(connection);
      socketOf(connection).destroy();
      expect((await querySpan('SELECT ? AS a')).status.code).toBe(SpanStatusCode.UNSET);
      expect((await querySpan('SELECT SLEEP(?)')).attributes['error.type']).toBe('PROTOCOL_CONNECTION_LOST');
    });

    verifies(['D1', 'D5'], 'ends the span of a query that comes too late', async () => {
      const connection = await connect();
      const failures: unknown[] = [];
      connection.on('error', (error) => failures.push(error));
      const closed = once(socketOf(connection), 'close');
      connection.destroy();
      await closed;
      withSpan('request', () => {
        connection.query('SELECT 1 AS a', (error) => failures.push(error));
        connection.query('SELECT 1 AS b');
      });
      expect(failures).toHaveLength(2);
      expect((await querySpan('SELECT ? AS a')).status.code).toBe(SpanStatusCode.ERROR);
      expect((await querySpan('SELECT ? AS b')).status.code).toBe(SpanStatusCode.ERROR);
    });

    verifies(['D1', 'D5'], 'makes one span each of an execution that comes too late and of what its callback asks', async () => {
      const [connection, other] = await Promise.all([connect(), connect()]);
      const statement = await new Promise<PrepareStatementInfo>((resolve) => {
        other.prepare('SELECT 1 AS prepared', (_error, prepared) => resolve(prepared));
      });
      const closed = once(socketOf(connection), 'close');
      connection.destroy();
      await closed;
      const ask = (): unknown[] => [other.query('SELECT 1 AS asked', () => {}), statement.execute([], () => {})];
      const asking: unknown[] = [];
      // The driver tells of the preparation and of the execution.
      withSpan('request', () => connection.execute('SELECT 1 AS late', () => asking.push(...(asking.length === 0 ? ask() : []))));
      await other.promise().query('SELECT 1');
      const texts = telemetry.spans().flatMap(({ kind, attributes }) => (kind === SpanKind.CLIENT ? attributes['db.query.text'] : []));
      expect(texts.toSorted()).toEqual(['SELECT ? AS asked', 'SELECT ? AS late', 'SELECT ? AS prepared']);
      await other.promise().end();
    });

    verifies(['D2', 'D5'], 'leaves nothing behind on a connection whose queries have ended', async () => {
      const connection = await connect();
      const before = socketOf(connection).listeners('close');
      await withSpan('request', async () => {
        await Promise.all([connection.promise().query('SELECT 1'), connection.promise().execute('SELECT 2')]);
      });
      expect(socketOf(connection).listeners('close')).toEqual(before);
      await connection.promise().end();
    });

    verifies(['D2', 'D5'], 'lets an error that nobody listens to break the connection, as it does untraced', async () => {
      const connection = driver.createConnection({ uri: url });
      await connection.promise().connect();
      const fatal = once(connection, 'error');
      withSpan('request', () => void connection.query('SELECT * FROM gone'));
      const [error] = (await fatal) as [{ readonly fatal?: boolean; readonly context?: unknown }];
      // Jest's errors are not Node's: Node puts another one around them.
      expect([error, error.context]).toContainEqual(expect.objectContaining({ errno: 1146 }));
      expect(error.fatal).toBe(true);
      expect((await querySpan('SELECT * FROM gone')).attributes['error.type']).toBe('1146');
    });
  });
});
