import { SpanKind } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { describeWith, testRedis, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { Redis } from 'ioredis';
import * as ioredis4 from 'ioredis-4';
import * as ioredis5 from 'ioredis-5';
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
