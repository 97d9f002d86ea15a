import { SpanKind } from '@opentelemetry/api';
import { traceIntegration, withSpan } from '@otelier/core';
import { countSubscriptions, describeWith, testRedis, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { tracingChannel } from 'node:diagnostics_channel';
import { REDIS_DRIVERS, type RedisConnection } from './redis-drivers';

const CHANNELS = ['node-redis:command', 'node-redis:batch', 'ioredis:command', 'ioredis:batch'];

verifies('D2', 'leaves nobody on the channels of the drivers after the shutdown', async () => {
  expect(CHANNELS.map((name) => tracingChannel(name).hasSubscribers)).toEqual([false, false, false, false]);
  const counts = CHANNELS.map((name) => countSubscriptions(`tracing:${name}:start`));
  const telemetry = new TelemetryProbe();
  expect(counts.map(({ count }) => count)).toEqual([1, 1, 1, 1]);
  await telemetry.otel.shutdown();
  expect(CHANNELS.map((name) => tracingChannel(name).hasSubscribers)).toEqual([false, false, false, false]);
  counts.forEach(({ stop }) => stop());
});

describe.each(REDIS_DRIVERS)('$name', ({ name, module, connect }) => {
  describeWith('redis', 'on a real server', () => {
    let telemetry: TelemetryProbe;
    let client: RedisConnection;

    beforeEach(async () => {
      client = await connect((await testRedis()).url);
      telemetry = new TelemetryProbe();
    });
    afterEach(async () => {
      await telemetry.otel.shutdown();
      await client.close();
    });

    async function spansOfCommands(): Promise<string[]> {
      await telemetry.clear();
      await withSpan('request', async () => {
        await client.command('get', 'a');
        await client.batch('MULTI', [
          ['SET', 'a', 'x'],
          ['GET', 'a'],
        ]);
      });
      return telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT).map((span) => span.name);
    }

    verifies('D2', 'is observed once when it is handed over as well', async () => {
      const undo = traceIntegration(module);
      expect(traceIntegration(module)).toBe(undo);
      expect(await spansOfCommands()).toEqual(['GET', 'MULTI']);
      undo();
      undo();
      // What the driver publishes itself is heard without a hand-over.
      const published = ['redis 6', 'ioredis 6'].includes(name);
      expect(await spansOfCommands()).toEqual(published ? ['GET', 'MULTI'] : []);
    });

    verifies('D2', 'has its own methods again after the shutdown', async () => {
      const during = methodsOf(module);
      await telemetry.otel.shutdown();
      const after = methodsOf(module);
      const isObserved = (method: Method): boolean => OBSERVED.test(String(method));
      expect([during.some(isObserved), after.some(isObserved)]).toEqual([name !== 'redis 6', false]);
    });
  });
});

/** The names that our own functions have. */
const OBSERVED = /method\.wrapper/;

type Method = (...args: unknown[]) => unknown;

/** Every method that the classes of a driver have. */
function methodsOf(module: unknown): Method[] {
  const exports = ((module as { default?: unknown }).default ?? module) as Record<string, unknown>;
  const prototypes =
    typeof exports === 'function'
      ? [exports, exports['Cluster'], exports['Pipeline']].map((value) => (value as { prototype: object }).prototype)
      : chainOf((exports['createClient'] as () => object)());
  return prototypes.flatMap((prototype) =>
    Object.values(Object.getOwnPropertyDescriptors(prototype))
      .map(({ value }) => value as unknown)
      .filter((value): value is Method => typeof value === 'function'),
  );
}

function chainOf(object: object): object[] {
  const parent = Object.getPrototypeOf(object) as object | null;
  return parent === null || parent === Object.prototype ? [] : [parent, ...chainOf(parent)];
}
