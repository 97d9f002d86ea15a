import { hasSubscribers } from 'node:diagnostics_channel';
import { once, type EventEmitter } from 'node:events';
import { trace } from '@opentelemetry/api';
import { traceIntegration, withSpan } from '@otelier/core';
import { describeWith, testMysql, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { Connection } from 'mysql2';
import * as current from 'mysql2';
import { clientSpans, DRIVERS, type Driver } from './drivers.js';

/** Every method that the classes of a driver own, and those of their bases. */
function methodsOf(driver: Driver): unknown[] {
  const { Connection: connectionClass, Pool } = driver as unknown as Record<'Connection' | 'Pool', { prototype: object }>;
  return [connectionClass, Pool].flatMap((driverClass) => {
    const base = Object.getPrototypeOf(driverClass.prototype) as object;
    return [driverClass.prototype, base].flatMap((prototype) =>
      Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([name, { value }]) => [name, value as unknown]),
    );
  });
}

describe.each(DRIVERS)('a copy of %s', (name, driver) => {
  verifies('D2', 'is its own again after the shutdown, and after the undo of a hand-over', async () => {
    const own = methodsOf(driver);
    const telemetry = new TelemetryProbe();
    expect(methodsOf(driver)).not.toEqual(own);
    traceIntegration(driver)();
    expect(methodsOf(driver)).toEqual(own);
    const undo = traceIntegration(driver);
    expect(methodsOf(driver)).not.toEqual(own);
    await telemetry.otel.shutdown();
    undo();
    expect(methodsOf(driver)).toEqual(own);
  });

  verifies('D2', 'has nobody listening to its channels after the shutdown', async () => {
    const listening = (): unknown[] =>
      ['query', 'execute', 'connect', 'pool:connect'].map((channel) =>
        ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].filter((event) => hasSubscribers(`tracing:mysql2:${channel}:${event}`)),
      );
    const telemetry = new TelemetryProbe();
    expect(listening()).toEqual([['start', 'end', 'asyncStart'], ['start', 'end', 'asyncStart'], [], ['start', 'asyncStart']]);
    await telemetry.otel.shutdown();
    expect(listening()).toEqual([[], [], [], []]);
  });

  describeWith('mysql', 'with a server', () => {
    let connection: Connection;

    beforeEach(async () => {
      connection = driver.createConnection({ uri: (await testMysql()).url });
    });
    afterEach(() => connection.promise().end());

    verifies(['D1', 'D2'], 'is observed once when it is handed over as well', async () => {
      const telemetry = new TelemetryProbe();
      const undo = traceIntegration(driver);
      expect(await clientSpans(telemetry, () => connection.promise().query('SELECT 1'))).toHaveLength(1);
      expect(await clientSpans(telemetry, () => connection.promise().execute('SELECT 1'))).toHaveLength(1);
      undo();
      // What the driver publishes itself is still heard.
      const published = name === 'mysql2' ? 1 : 0;
      const spans = await clientSpans(telemetry, () => connection.promise().execute('SELECT 1'), published);
      expect(spans).toHaveLength(published);
      await telemetry.otel.shutdown();
    });

    verifies('D2', 'beneath another wrapper observes nothing after the shutdown, and works', async () => {
      const telemetry = new TelemetryProbe();
      const owner = Object.getPrototypeOf(driver.Connection.prototype) as { addCommand: (command: unknown) => unknown };
      const ours = owner.addCommand;
      owner.addCommand = function addCommand(command) {
        return ours.call(this, command);
      };
      const isFollowed = (): Promise<boolean> =>
        new Promise((resolve) => {
          const command = connection.query('SELECT 1', () => resolve(Object.hasOwn(command, 'emit')));
        });
      expect(await isFollowed()).toBe(true);
      await telemetry.otel.shutdown();
      expect(await isFollowed()).toBe(false);
      const next = new TelemetryProbe();
      expect(await clientSpans(next, () => connection.promise().execute('SELECT 1'))).toHaveLength(1);
      owner.addCommand = ours;
      await next.otel.shutdown();
      expect(owner.addCommand).not.toBe(ours);
    });

    if (name === 'mysql2') {
      verifies(['D1', 'D2', 'D6'], 'tells of its rows and goes on in the context of its caller by its channels alone', async () => {
        const telemetry = new TelemetryProbe();
        traceIntegration(driver)();
        let within: unknown;
        const [span] = await clientSpans(telemetry, () => {
          const own = trace.getActiveSpan();
          return new Promise<void>((resolve) => {
            connection.query('SELECT 1 AS n UNION SELECT 2', () => {
              within = trace.getActiveSpan() === own;
              resolve();
            });
          });
        });
        expect(within).toBe(true);
        expect(span?.attributes['db.response.returned_rows']).toBe(2);
        await telemetry.otel.shutdown();
      });

      verifies(['D1', 'D2', 'R13'], 'keeps those who wait for a connection apart by its channels alone', async () => {
        const telemetry = new TelemetryProbe();
        traceIntegration(driver)();
        const pool = driver.createPool({ uri: (await testMysql()).url, connectionLimit: 1 });
        const callers = Array.from({ length: 5 }, (_, id) =>
          withSpan(`request ${id}`, (own) =>
            new Promise<void>((resolve) => {
              pool.getConnection((_error, got) => {
                expect(trace.getActiveSpan()).toBe(own);
                got.query('SELECT 1', () => {
                  got.release();
                  resolve();
                });
              });
            }),
          ),
        );
        await Promise.all(callers);
        await pool.promise().end();
        await telemetry.otel.shutdown();
      });
    }

    verifies('D2', 'leaves nothing behind on a connection whose queries were under way at the shutdown', async () => {
      await connection.promise().connect();
      const { stream } = connection as unknown as { readonly stream: EventEmitter };
      const before = stream.listeners('close');
      const telemetry = new TelemetryProbe();
      const running = withSpan('request', () =>
        Promise.all([
          connection.promise().query('SELECT SLEEP(0.05)'),
          connection.promise().execute('SELECT 1'),
          once(connection.query('SELECT 1'), 'end'),
        ]),
      );
      await telemetry.otel.shutdown();
      await running;
      expect(stream.listeners('close')).toEqual(before);
    });

    verifies(['D1', 'D2'], 'ends the spans of queries that were under way at the undo', async () => {
      const telemetry = new TelemetryProbe();
      const undo = traceIntegration(driver);
      const [span] = await clientSpans(telemetry, async () => {
        const running = connection.promise().execute('SELECT SLEEP(0.01)');
        undo();
        await running;
      });
      expect(span?.name).toBe('SELECT');
      await telemetry.otel.shutdown();
    });
  });
});

verifies(['D1', 'D3'], 'records the system error of a query whose server does not listen', async () => {
  const telemetry = new TelemetryProbe();
  const connection = current.createConnection({ host: '127.0.0.1', port: 1, connectTimeout: 2000 });
  connection.on('error', () => {});
  const [span] = await clientSpans(telemetry, async () => {
    await expect(connection.promise().query('SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
  expect(span?.attributes).toMatchObject({ 'error.type': 'ECONNREFUSED', 'db.system.name': 'mysql', 'server.port': 1 });
  await telemetry.otel.shutdown();
});
