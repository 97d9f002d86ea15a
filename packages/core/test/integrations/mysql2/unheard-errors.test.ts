import { once } from 'node:events';
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

    if (publishes(driver)) {
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

function publishes(driver: Driver): boolean {
  return driver === DRIVERS[0]?.[1];
}
