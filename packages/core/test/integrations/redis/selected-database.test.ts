import { SpanKind } from '@opentelemetry/api';
import { traceIntegration, withSpan } from '@otelier/core';
import { describeWith, testRedis, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { commandOptions as commandOptions4, createClient as createClient4 } from 'redis-4';
import { createClient as createClient5 } from 'redis-5';
import { REDIS_DRIVERS } from './redis-drivers';

/** What node-redis has, in every version. */
interface NodeRedisClient {
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  select(index: number): Promise<unknown>;
  get(key: string): Promise<unknown>;
  multi(): { select(index: number): { exec(): Promise<unknown> } };
}

const OLD_CLIENTS: readonly (readonly [string, (url: string) => NodeRedisClient])[] = [
  ['redis 4', (url) => createClient4({ url }) as unknown as NodeRedisClient],
  ['redis 5.11', (url) => createClient5({ url }) as unknown as NodeRedisClient],
];

let telemetry: TelemetryProbe;

beforeEach(() => {
  telemetry = new TelemetryProbe();
});
afterEach(() => telemetry.otel.shutdown());

/** The names and databases of the spans that something makes within a request. */
async function spansOf(work: () => Promise<unknown>): Promise<unknown[]> {
  await telemetry.clear();
  await withSpan('request', work);
  return telemetry
    .spans()
    .filter(({ kind }) => kind === SpanKind.CLIENT)
    .map(({ name, attributes }) => [name, attributes['db.namespace']]);
}

describe.each(OLD_CLIENTS)('%s', (_name, create) => {
  describeWith('redis', 'that goes to another database', () => {
    verifies(['D1', 'D9', 'M4'], 'makes one span of that, one duration, and names the database from then on', async () => {
      const { url, database } = await testRedis();
      const client = create(url);
      await client.connect();
      const spans = await spansOf(async () => {
        await client.select(3);
        await client.get('a');
        await expect(client.select(1_000_000)).rejects.toThrow('out of range');
        await client.get('a');
        await client.multi().select(Number(database)).exec();
        await client.get('a');
      });
      expect(spans.map((span) => JSON.stringify(span))).toEqual([
        `["SELECT","${database}"]`,
        '["GET","3"]',
        '["SELECT","3"]',
        '["GET","3"]',
        expect.stringMatching(/^\["MULTI.*","3"\]$/),
        `["GET","${database}"]`,
      ]);
      const points = await telemetry.metric('db.client.operation.duration');
      const selections = points.filter(({ attributes }) => attributes['db.operation.name'] === 'SELECT');
      expect(selections.reduce((sum, { count }) => sum + count, 0)).toBe(2);
      await client.disconnect();
    });
  });
});

describeWith('redis', 'a client that goes to another database', () => {
  verifies(['D1', 'D9'], 'is in that of its options again after a reset of redis 5', async () => {
    const { url, database } = await testRedis();
    const client = createClient5({ url });
    await client.connect();
    const spans = await spansOf(async () => {
      await client.select(3);
      await client.reset();
      await client.get('a');
    });
    expect(spans.at(-1)).toEqual(['GET', database]);
    client.destroy();
  });

  verifies(['D1', 'D9'], 'is in that which it was told behind options of redis 4', async () => {
    const client = createClient4({ url: (await testRedis()).url });
    await client.connect();
    const spans = await spansOf(async () => {
      await (client.select as (...args: unknown[]) => Promise<unknown>)(commandOptions4({}), 3);
      await client.get('a');
    });
    expect(spans.at(-1)).toEqual(['GET', '3']);
    await client.disconnect();
  });
});

describe.each(REDIS_DRIVERS)('$name', ({ module }) => {
  verifies(['D2', 'D9'], 'is recorded with no command of our own when it is handed over though it is observed', async () => {
    const spans = await spansOf(async () => {
      traceIntegration(module)();
      await new Promise((resolve) => setImmediate(resolve));
    });
    expect(spans).toEqual([]);
    expect(await telemetry.metric('db.client.operation.duration').catch(() => [])).toEqual([]);
  });
});
