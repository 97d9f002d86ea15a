import { once } from 'node:events';
import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { askRedis, describeWith, testRedis, verifies, type TestDatabase } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { Redis } from 'ioredis';
import ioredis5 from 'ioredis-5';
import ioredis4 from 'ioredis-4';
import * as redis from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';
import { REDIS_DRIVERS } from './redis-drivers';

const IOREDIS = [
  ['ioredis 6', Redis],
  ['ioredis 5.10', ioredis5 as unknown as typeof Redis],
  ['ioredis 4', ioredis4 as unknown as typeof Redis],
] as const;

const requestId = (): string | undefined => trace.getActiveSpan()?.spanContext().spanId;

/** A pipeline's `exec` ends the transaction that was begun in it, which the declarations don't know. */
function transactionWithin(pipeline: object): Promise<unknown> {
  const chain = pipeline as { [method: string]: (...args: string[]) => typeof chain };
  const all = ['get a', 'multi', 'set b 1', 'set c 1', 'exec', 'get b', 'exec'].map((words) => words.split(' '));
  return all.reduce((target, [method = '', ...args]) => target[method]?.(...args) ?? target, chain) as unknown as Promise<unknown>;
}

let database: TestDatabase;
let telemetry: TelemetryProbe;

const commands = (): readonly ReadableSpan[] => telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
const parents = (): (string | undefined)[] => commands().map(({ parentSpanContext }) => parentSpanContext?.spanId);

const sorted = (ids: readonly (string | undefined)[]): string[] => ids.map(String).toSorted((a, b) => a.localeCompare(b));

beforeAll(() => {
  telemetry = new TelemetryProbe();
});
beforeEach(() => telemetry.clear());
afterAll(() => telemetry.otel.shutdown());

describe.each(REDIS_DRIVERS)('$name', ({ connect }) => {
  describeWith('redis', 'on a real server', () => {
    beforeAll(async () => {
      database = await testRedis();
    });

    verifies(['R12', 'R13', 'D1'], 'puts each of two hundred commands on one connection beneath its own request', async () => {
      const client = await connect(database.url);
      await telemetry.clear();
      const requests = await Promise.all(
        Array.from({ length: 200 }, (_, number) =>
          withSpan('request', async () => {
            await client.command('set', `key:${number}`, 'x');
            const between = requestId();
            await client.batch('MULTI', [
              ['INCR', 'n'],
              ['GET', 'n'],
            ]);
            return [between, requestId()];
          }),
        ),
      );
      const ids = telemetry.spans().filter(({ name }) => name === 'request').map((span) => span.spanContext().spanId);
      expect(requests.map(([between, after]) => between === after && between)).toEqual(expect.arrayContaining(ids));
      expect(ids).toHaveLength(200);
      expect(sorted(parents())).toEqual(sorted([...ids, ...ids]));
      await client.close();
    });

    verifies(['R12', 'R13'], 'wakes who waits on a list in that request, whoever fills the list', async () => {
      const [waiting, filling] = await Promise.all([connect(database.url), connect(database.url)]);
      await telemetry.clear();
      const seen = await Promise.all([
        withSpan('waits', async () => [requestId(), await waiting.waitFor('queue'), requestId()]),
        withSpan('fills', async () => filling.command('lpush', 'queue', 'job')),
      ]);
      const waits = await telemetry.span(({ name }) => name === 'waits');
      expect([seen[0][0], seen[0][2]]).toEqual(Array(2).fill(waits.spanContext().spanId));
      const blocked = commands().find(({ name }) => name === 'BLPOP');
      expect(blocked?.parentSpanContext?.spanId).toBe(waits.spanContext().spanId);
      await Promise.all([waiting.close(), filling.close()]);
    });
  });
});

describe.each(IOREDIS)('%s', (_, Client) => {
  describeWith('redis', 'on a real server', () => {
    beforeAll(async () => {
      database = await testRedis();
    });

    verifies(['R12', 'R13', 'D1'], 'puts a command that waited for the connection beneath the request that made it', async () => {
      const client = new Client(database.url, { lazyConnect: true });
      const first = withSpan('first', () => client.get('a'));
      const second = withSpan('second', () => client.get('b'));
      await Promise.all([first, second]);
      const requests = telemetry.spans().filter(({ kind }) => kind === SpanKind.INTERNAL);
      // What the driver sends to open the connection is none of their commands.
      expect(commands().map(({ name }) => name)).toEqual(['GET', 'GET']);
      expect(sorted(parents())).toEqual(sorted(requests.map((span) => span.spanContext().spanId)));
      client.disconnect();
    });

    verifies(['R12', 'R13', 'D1'], 'makes one span of a command that is sent again after a broken connection', async () => {
      const client = new Client(database.url, { retryStrategy: () => 1 });
      client.on('error', () => {});
      const id = String(await client.client('ID'));
      await telemetry.clear();
      const answer = withSpan('request', () => client.blpop('again', 0));
      const killed = once(client, 'close');
      await askRedis(database.url, ['CLIENT', 'KILL', 'ID', id]);
      await killed;
      await once(client, 'ready');
      await askRedis(database.url, ['SELECT', database.database], ['LPUSH', 'again', 'job']);
      expect(await answer).toEqual(['again', 'job']);
      const request = await telemetry.span(({ name }) => name === 'request');
      const blocked = commands().filter(({ name }) => name === 'BLPOP');
      expect(blocked.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([request.spanContext().spanId]);
      expect(blocked[0]?.attributes['error.type']).toBeUndefined();
      client.disconnect();
    });

    verifies(['R12', 'D9'], 'calls back in the context of whoever asked, also within a batch', async () => {
      const client = new Client(database.url);
      const seen = await withSpan('request', async (span) => {
        const ids = await Promise.all([
          new Promise((resolve) => void client.set('a', '1', () => resolve(requestId()))),
          new Promise((resolve) => void client.pipeline().get('a', () => resolve(requestId())).get('a').exec()),
          new Promise((resolve) => void client.pipeline().get('a').get('a').exec(() => resolve(requestId()))),
          new Promise((resolve) => void client.multi().get('a').get('a').exec(() => resolve(requestId()))),
        ]);
        return [span.spanContext().spanId, ...ids];
      });
      expect(new Set(seen).size).toBe(1);
      client.disconnect();
    });

    verifies(['R12', 'R13', 'D9'], 'gives commands that the driver itself puts together each a span beneath its own request', async () => {
      const client = new Client(database.url, { enableAutoPipelining: true });
      await client.ping();
      await telemetry.clear();
      await Promise.all(Array.from({ length: 20 }, () => withSpan('request', () => client.get('a'))));
      const requests = telemetry.spans().filter(({ name }) => name === 'request');
      expect(commands().map(({ name }) => name)).toEqual(Array(20).fill('GET'));
      expect(sorted(parents())).toEqual(sorted(requests.map((span) => span.spanContext().spanId)));
      client.disconnect();
    });

    verifies('D9', 'makes one span of a transaction within a pipeline, as part of it', async () => {
      const client = new Client(database.url);
      await client.ping();
      await telemetry.clear();
      await withSpan('request', () => transactionWithin(client.pipeline()));
      expect(commands().map(({ name, attributes }) => [name, attributes['db.operation.batch.size']])).toEqual([['PIPELINE', 4]]);
      client.disconnect();
    });

    verifies('D9', 'counts the end of a transaction that was never begun as a command of its pipeline', async () => {
      const client = new Client(database.url);
      await client.ping();
      await telemetry.clear();
      await withSpan('request', () => client.pipeline().call('exec').get('a').exec());
      expect(commands().map(({ name, attributes }) => [name, attributes['db.operation.batch.size'], attributes['error.type']])).toEqual([
        ['PIPELINE', 2, 'ERR'],
      ]);
      client.disconnect();
    });

    verifies(['R12', 'D1'], 'leaves the context of a subscriber as it is', async () => {
      const [publisher, subscriber] = [new Client(database.url), new Client(database.url)];
      const heard = new Promise((resolve) => void subscriber.on('message', () => resolve(requestId())));
      await context.with(ROOT_CONTEXT, () => subscriber.subscribe('news'));
      await withSpan('request', () => publisher.publish('news', 'hunter2'));
      expect(await heard).toBeUndefined();
      [publisher, subscriber].forEach((client) => client.disconnect());
    });
  });
});

describe.each([
  ['redis 6', redis],
  ['redis 5.11', redis5 as unknown as typeof redis],
] as const)('a pool of %s', (_, { createClientPool }) => {
  describeWith('redis', 'on a real server', () => {
    verifies(['R12', 'R13', 'D1'], 'puts what waited for a connection beneath the request that made it', async () => {
      const pool = createClientPool({ url: (await testRedis()).url }, { minimum: 1, maximum: 2 });
      await pool.connect();
      await telemetry.clear();
      await Promise.all(Array.from({ length: 50 }, () => withSpan('request', () => pool.get('a'))));
      const requests = telemetry.spans().filter(({ name }) => name === 'request');
      expect(sorted(parents())).toEqual(sorted(requests.map((span) => span.spanContext().spanId)));
      pool.destroy();
    });
  });
});

describe('redis 4', () => {
  describeWith('redis', 'with connections of their own for some commands', () => {
    verifies(['D1', 'D9'], 'makes one span of a command, however it is sent to its connection', async () => {
      const client = redis4.createClient({ url: (await testRedis()).url });
      await client.connect();
      await telemetry.clear();
      const isolated = redis4.commandOptions({ isolated: true });
      await withSpan('request', () => Promise.all([client.get(isolated, 'a'), client.sendCommand(['STRLEN', 'a'], isolated)]));
      const request = await telemetry.span(({ name }) => name === 'request');
      expect(commands().map(({ name }) => name).toSorted((a, b) => a.localeCompare(b))).toEqual(['GET', 'STRLEN']);
      expect(parents()).toEqual(Array(2).fill(request.spanContext().spanId));
      await client.disconnect();
    });
  });
});

describe.each([
  ['redis 6', redis],
  ['redis 5.11', redis5 as unknown as typeof redis],
] as const)('%s', (_, { createClient }) => {
  describeWith('redis', 'that refuses a command before it is sent', () => {
    verifies(['D1', 'X6'], 'leaves its span with that error', async () => {
      const client = createClient({ url: (await testRedis()).url });
      await client.connect();
      await telemetry.clear();
      const refused = withSpan('request', () => client.sendCommand(['SET', 'a', 7] as never));
      await expect(refused).rejects.toThrow(TypeError);
      expect(commands().map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([['SET', 'TypeError']]);
      client.destroy();
    });
  });
});
