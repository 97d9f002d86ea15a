import { once } from 'node:events';
import { SpanKind } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { describeWith, testRedis, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { Redis } from 'ioredis';
import * as ioredis4 from 'ioredis-4';
import * as ioredis5 from 'ioredis-5';
import * as redis from 'redis';
import * as redis5 from 'redis-5';
import { classOf } from './redis-drivers';

const DRIVERS = [
  ['ioredis 6', Redis],
  ['ioredis 5.10', classOf(ioredis5)],
  ['ioredis 4', classOf(ioredis4)],
] as const;

describe.each(DRIVERS)('%s', (_name, Client) => {
  describeWith('redis', 'on a real server', () => {
    let telemetry: TelemetryProbe;
    let client: Redis;

    beforeEach(async () => {
      telemetry = new TelemetryProbe({ database: { rootQueries: true } });
      client = new Client((await testRedis()).url, { lazyConnect: true });
    });
    afterEach(async () => {
      client.disconnect();
      await telemetry.otel.shutdown();
    });

    const commands = (): string[] => telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT).map(({ name }) => name);

    /** Connects, and does something when the connection is there and not ready yet. */
    async function whileConnecting(work: () => Promise<unknown>): Promise<void> {
      const early = new Promise((resolve) => {
        client.once('connect', () => resolve([client.status, withSpan('early', work)]));
      });
      const [, [status, done]] = (await Promise.all([client.connect(), early])) as [unknown, [string, Promise<unknown>]];
      expect(status).toBe('connect');
      await done;
    }

    verifies(['D1', 'D9'], 'records what the application asks while the connection is made ready, and not what makes it so', async () => {
      await whileConnecting(() => Promise.all([client.info('memory'), client.client('ID')]));
      expect(commands()).toEqual(['INFO', 'CLIENT']);
      client.disconnect();
      await telemetry.clear();
      // A client that connects again goes back to its last database by itself.
      client = new Client((await testRedis()).url, { lazyConnect: true });
      const other = (Number((await testRedis()).database) + 1) % 16;
      await whileConnecting(() => client.select(other));
      expect(commands()).toEqual(['SELECT']);
    });

    verifies(['D1', 'D9'], 'records a password that the application sends by itself while the connection is made ready', async () => {
      const { host, port } = await testRedis();
      client = new Client({ host, port, lazyConnect: true });
      client.on('error', () => {});
      const early = new Promise((resolve) => {
        client.once('connect', () => resolve(withSpan('early', () => client.auth('hunter2').catch(() => {}))));
      });
      await Promise.all([client.connect().catch(() => {}), early]);
      expect(commands()).toEqual(['AUTH']);
    });

    verifies(['D1', 'D9'], 'records the same commands of the application on a connection that is ready', async () => {
      const { database } = await testRedis();
      await client.connect();
      await client.info();
      await client.client('SETNAME', 'cart');
      await client.select(database);
      await client.readonly().catch(() => {});
      expect(commands()).toEqual(['INFO', 'CLIENT', 'SELECT', 'READONLY']);
    });

    verifies(['D2', 'D9'], "leaves a transaction's own method its name and length", async () => {
      const shape = (): unknown => {
        const { exec } = client.multi();
        return [exec.name, exec.length];
      };
      const traced = shape();
      await telemetry.otel.shutdown();
      expect(traced).toEqual(shape());
    });
  });
});

describe.each(DRIVERS)('%s', (_name, Client) => {
  describeWith('redis', 'that connects within a request', () => {
    let telemetry: TelemetryProbe;

    beforeEach(() => {
      telemetry = new TelemetryProbe();
    });
    afterEach(() => telemetry.otel.shutdown());

    const commands = (): string[] => telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT).map(({ name }) => name);

    verifies(['D1', 'D9'], 'leaves out of that request what the driver sends when it has connected again', async () => {
      const { url } = await testRedis();
      const client = new Client(url, { lazyConnect: true, connectionName: 'news', readOnly: true, retryStrategy: () => 1 });
      await withSpan('request', () => client.subscribe('news'));
      await client.unsubscribe('news');
      await client.select(3);
      await client.subscribe('news');
      await telemetry.clear();
      const ready = once(client, 'ready');
      client.disconnect(true);
      await ready;
      // The driver has subscribed before, on the same connection.
      await withSpan('later', () => client.subscribe('sports'));
      expect(commands()).toEqual(['SUBSCRIBE']);
      client.disconnect();
    });

    verifies(['D1', 'D9'], 'records the commands of whoever listens to the connection, and a monitor', async () => {
      const client = new Client((await testRedis()).url, { lazyConnect: true });
      const pinged = new Promise((resolve) => client.once('ready', () => resolve(client.ping())));
      const monitor = await withSpan('request', async () => {
        await Promise.all([client.connect(), pinged]);
        return client.monitor();
      });
      await telemetry.span(({ name }) => name === 'MONITOR');
      expect(commands()).toEqual(['PING', 'MONITOR']);
      [client, monitor].forEach((each) => each.disconnect());
    });

    verifies(['D1', 'D9'], 'leaves out what the driver asks sentinels', async () => {
      const { host, port, password } = await testRedis();
      const sentinels = [{ host, port }];
      const client = new Client({ sentinels, name: 'main', sentinelPassword: password, lazyConnect: true, sentinelRetryStrategy: () => null });
      client.on('error', () => {});
      // No sentinel is there, but a server that answers.
      await expect(withSpan('request', () => client.connect())).rejects.toThrow(/unknown command/i);
      expect(telemetry.spans().map(({ name }) => name)).toEqual(['request']);
      // By this it hears of another main server.
      const detector = new Client((await testRedis()).url);
      await withSpan('request', () => detector.subscribe('+switch-master'));
      expect(commands()).toEqual([]);
      detector.disconnect();
    });
  });
});

describe.each([
  ['redis 6', redis],
  ['redis 5.11', redis5 as unknown as typeof redis],
] as const)('%s', (_name, { createClient }) => {
  describeWith('redis', 'that asks a sentinel', () => {
    verifies(['D1', 'D9'], 'leaves out what the driver asks for as long as it lives', async () => {
      const telemetry = new TelemetryProbe();
      const client = createClient({ url: (await testRedis()).url });
      await client.connect();
      await withSpan('request', () => client.sendCommand(['SENTINEL', 'SENTINELS', 'main']).catch(() => {}));
      expect(telemetry.spans().map(({ name }) => name)).toEqual(['request']);
      client.destroy();
      await telemetry.otel.shutdown();
    });
  });
});
