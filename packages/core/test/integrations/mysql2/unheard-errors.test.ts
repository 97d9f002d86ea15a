import { once } from 'node:events';
import type { Socket } from 'node:net';
import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import { describeWith, startOtlpSink, testMysql, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { Connection, Query } from 'mysql2';
import { startProcess } from '../../test-process.js';
import { clientSpans, DRIVERS, type Driver } from './drivers.js';

verifies(['D2', 'D5'], 'lets a process end by a refused connection that nobody listens to, as it does untraced', async () => {
  const sink = await startOtlpSink();
  const program = await startProcess('mysql2-refused.cjs', { endpoint: sink.url });
  const { code, stderr } = await program.exit;
  await sink.close();
  expect(stderr).toContain('ECONNREFUSED');
  expect(code).toBe(1);
});

describe.each(DRIVERS)('the listeners of %s', (_name, driver) => {
  verifies(['D2', 'D5'], 'are those of an untraced connection, also when it is refused', async () => {
    const listeners = async (): Promise<unknown> => {
      const connection = driver.createConnection({ host: '127.0.0.1', port: 1 });
      const counts = ['connect', 'error', 'end'].map((event) => connection.listenerCount(event));
      await once(connection, 'error');
      return counts;
    };
    const untraced = await listeners();
    const telemetry = new TelemetryProbe();
    expect(await listeners()).toEqual(untraced);
    await telemetry.otel.shutdown();
  });

  describeWith('mysql', 'on a server', () => {
    let connection: Connection;

    beforeEach(async () => {
      connection = driver.createConnection({ uri: (await testMysql()).url });
      await connection.promise().connect();
    });
    afterEach(() => connection.promise().end());

    verifies(['D2', 'D5'], 'are those of untraced statements without a callback', async () => {
      const untraced = await listenersOfCommands(connection);
      const telemetry = new TelemetryProbe();
      let traced: unknown;
      await clientSpans(telemetry, async () => (traced = await listenersOfCommands(connection)), 2);
      expect(traced).toEqual(untraced);
      await telemetry.otel.shutdown();
    });

    verifies(['D2', 'D5'], 'let a closed connection throw at statements that nobody listens to, as it does untraced', async () => {
      const { url: uri } = await testMysql();
      const untraced = refusals(await closedConnection(driver, uri));
      expect(untraced.map(String)).toEqual(Array(2).fill(expect.stringContaining("Can't add new command")));
      const telemetry = new TelemetryProbe();
      const closed = await closedConnection(driver, uri);
      let traced: unknown;
      await clientSpans(telemetry, () => (traced = refusals(closed)));
      expect(traced).toEqual(untraced);
      await telemetry.otel.shutdown();
    });

    verifies(['D2', 'D5'], 'are the application\'s own on a command that it has made before', async () => {
      const telemetry = new TelemetryProbe();
      const { createQuery } = driver as unknown as { createQuery: (sql: string, ...others: unknown[]) => Query };
      const command = createQuery('SELECT gone', undefined, undefined, {});
      const failed = new Promise((resolve) => command.once('error', resolve));
      const own = command.listeners('error');
      const [span] = await clientSpans(telemetry, async () => {
        (connection as unknown as { query: (command: Query) => void }).query(command);
        expect(command.listeners('error')).toEqual(own);
        expect(await failed).toMatchObject({ errno: 1054 });
      });
      expect(span?.attributes['error.type']).toBe('1054');
      await telemetry.otel.shutdown();
    });

    verifies(['D2', 'D5'], 'are thrown at no statement but their own', async () => {
      const { url: uri } = await testMysql();
      const closedBefore = await closedConnection(driver, uri);
      const telemetry = new TelemetryProbe();
      const closed = await closedConnection(driver, uri);
      const refusePing = (): void => expect(() => closed.ping()).toThrow("Can't add new command");
      const told: unknown[] = [];
      refusePing();
      closedBefore.query('SELECT 1', (error) => told.push(error));
      closed.execute('SELECT 1', (error) => {
        refusePing();
        told.push(error);
      });
      expect(told.map(String)).toContainEqual(expect.stringContaining("Can't add new command"));
      await telemetry.otel.shutdown();
    });

    if (publishes(driver)) {
      verifies(['D1', 'D5'], 'are in the span of a query that the application\'s own connection refuses at once', async () => {
        const telemetry = new TelemetryProbe();
        const refusing = driver.createConnection({ uri: (await testMysql()).url });
        await refusing.promise().connect();
        Object.assign(refusing, {
          addCommand: () => {
            throw new RangeError('refused');
          },
        });
        const [span] = await clientSpans(telemetry, () => {
          expect(() => refusing.query('SELECT 1', () => {})).toThrow('refused');
        });
        expect(span?.attributes['error.type']).toBe('RangeError');
        refusing.destroy();
        await telemetry.otel.shutdown();
      });

      verifies('D2', 'still tell others of the end of such a statement, good or bad', async () => {
        const telemetry = new TelemetryProbe();
        const told: string[] = [];
        const undos = ['query', 'execute'].map((name) => {
          const channel = tracingChannel(`mysql2:${name}`);
          const subscribers = {
            asyncEnd: () => void told.push(`end of ${name}`),
            error: () => void told.push(`error of ${name}`),
          } as unknown as TracingChannelSubscribers<object>;
          channel.subscribe(subscribers);
          return () => channel.unsubscribe(subscribers);
        });
        for (const text of ['SELECT 1', 'SELECT gone']) {
          for (const give of [() => connection.query(text), () => connection.execute(text) as unknown as Query]) {
            await new Promise((resolve) => give().on('error', () => {}).on('end', resolve));
          }
        }
        await new Promise((resolve) => setImmediate(resolve));
        undos.forEach((undo) => undo());
        const good = ['end of query', 'end of execute'];
        const bad = ['error of query', 'end of query', 'error of execute', 'end of execute'];
        expect(told).toEqual([...good, ...bad]);
        await telemetry.otel.shutdown();
      });
    }
  });
});

/** How many listeners the commands have that are given to the driver without a callback. */
async function listenersOfCommands(connection: Connection): Promise<unknown> {
  const commands = [connection.query('SELECT 1'), connection.execute('SELECT 1') as unknown as Query];
  const counts = commands.map((command) => ['error', 'end', 'fields', 'result'].map((event) => command.listenerCount(event)));
  await Promise.all(commands.map((command) => once(command, 'end')));
  return counts;
}

async function closedConnection(driver: Driver, uri: string): Promise<Connection> {
  const connection = driver.createConnection({ uri });
  await connection.promise().connect();
  const closed = once((connection as unknown as { stream: Socket }).stream, 'close');
  connection.destroy();
  await closed;
  return connection;
}

/** What a connection that is closed throws at statements without a callback. */
function refusals(closed: Connection): unknown[] {
  return [() => closed.query('SELECT 1'), () => closed.execute('SELECT 1', [])].map((give) => {
    try {
      return give();
    } catch (error) {
      // Jest's errors are not Node's: Node puts another one around them.
      return (error as { readonly context?: unknown }).context ?? error;
    }
  });
}

function publishes(driver: Driver): boolean {
  return driver === DRIVERS[0]?.[1];
}
