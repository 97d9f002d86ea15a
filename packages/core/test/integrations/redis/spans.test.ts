import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { withSpan } from '@otelier/core';
import { describeWith, testRedis, verifies, type TestDatabase } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { REDIS_DRIVERS, type RedisConnection } from './redis-drivers';

describe.each(REDIS_DRIVERS)('$name', ({ connect, namesBatches }) => {
  describeWith('redis', 'on a real server', () => {
    let database: TestDatabase;
    let telemetry: TelemetryProbe;
    let client: RedisConnection;

    beforeAll(async () => {
      database = await testRedis();
      telemetry = new TelemetryProbe();
      client = await connect(database.url);
      await client.send(['FLUSHDB']);
    });
    beforeEach(() => telemetry.clear());
    afterAll(async () => {
      await telemetry.otel.shutdown();
      await client.close();
    });

    /** What is made within a request, without the request's own span. */
    async function spansOf(work: () => Promise<unknown>): Promise<readonly ReadableSpan[]> {
      await withSpan('request', work).catch(() => {});
      return telemetry.spans().filter((span) => span.name !== 'request');
    }

    verifies(['D1', 'D2', 'D9'], 'makes one CLIENT span of a command, with its name alone, beneath the active span', async () => {
      const [command, ...others] = await spansOf(() => client.command('set', 'cart:7', 'hunter2'));
      const parent = await telemetry.span((span) => span.name === 'request');
      expect(others).toEqual([]);
      expect([command?.name, command?.kind]).toEqual(['SET', SpanKind.CLIENT]);
      expect(command?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
      expect(command?.status).toEqual({ code: SpanStatusCode.UNSET });
      expect(command?.events).toEqual([]);
      expect(command?.attributes).toEqual({
        'db.system.name': 'redis',
        'db.namespace': database.database,
        'db.operation.name': 'SET',
        'server.address': database.host,
        'server.port': database.port,
      });
    });

    verifies('D9', 'makes one span of a command that is sent by its words', async () => {
      const spans = await spansOf(() => client.send(['config', 'get', 'maxmemory']));
      expect(spans.map(({ name }) => name)).toEqual(['CONFIG']);
    });

    verifies(['D1', 'M4'], 'makes no span outside a span, and measures the command all the same', async () => {
      await context.with(ROOT_CONTEXT, () => client.command('get', 'cart:7'));
      expect(telemetry.spans()).toEqual([]);
      const points = await telemetry.metric('db.client.operation.duration');
      expect(points).toMatchObject([{ count: 1, attributes: { 'db.system.name': 'redis', 'db.operation.name': 'GET' } }]);
    });

    verifies(['D9', 'M4'], 'makes one span of a transaction and of a pipeline, and none of the commands in it', async () => {
      const commands = [
        ['SET', 'a', 'hunter2'],
        ['GET', 'a'],
        ['INCR', 'n'],
      ];
      for (const kind of ['MULTI', 'PIPELINE'] as const) {
        const spans = await spansOf(() => client.batch(kind, commands));
        expect(spans.map(({ name }) => name)).toEqual([kind]);
        expect(spans[0]?.attributes).toEqual({
          'db.system.name': 'redis',
          'db.namespace': database.database,
          'db.operation.name': kind,
          'db.operation.batch.size': 3,
          'server.address': database.host,
          'server.port': database.port,
        });
        const points = await telemetry.metric('db.client.operation.duration');
        expect(points.map(({ count, attributes }) => [count, attributes['db.operation.name']])).toEqual([[1, kind]]);
        await telemetry.clear();
      }
    });

    verifies('D9', 'names a batch after its command too, where all are the same and the driver tells', async () => {
      const [span] = await spansOf(() => client.batch('MULTI', [['INCR', 'n'], ['INCR', 'n']]));
      expect(span?.name).toBe(namesBatches ? 'MULTI INCR' : 'MULTI');
    });

    verifies('D9', 'takes a pipeline of one command for that command, and a transaction of one for no batch', async () => {
      const spans = await spansOf(async () => {
        await client.batch('PIPELINE', [['SET', 'a', 'hunter2']]);
        await client.batch('MULTI', [['SET', 'a', 'hunter2']]);
      });
      expect(spans.map(({ name }) => name)).toEqual(['SET', namesBatches ? 'MULTI SET' : 'MULTI']);
      expect(spans.map(({ attributes }) => attributes['db.operation.batch.size'])).toEqual([undefined, undefined]);
    });

    verifies(['D3', 'D4', 'D9'], 'records the prefix of a failure and nothing of its words', async () => {
      await client.command('set', 'text', 'x');
      await telemetry.clear();
      const [span] = await spansOf(async () => {
        const failing = client.command('lpush', 'text', 'hunter2');
        await expect(failing).rejects.toThrow('WRONGTYPE Operation against a key holding the wrong kind of value');
        await failing;
      });
      expect(span?.attributes).toMatchObject({ 'error.type': 'WRONGTYPE', 'db.response.status_code': 'WRONGTYPE' });
      expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'WRONGTYPE' });
      expect(JSON.stringify([span?.attributes, span?.events])).not.toMatch(/hunter2|Operation against/);
      const [point] = await telemetry.metric('db.client.operation.duration');
      expect(point?.attributes).toMatchObject({ 'error.type': 'WRONGTYPE', 'db.response.status_code': 'WRONGTYPE' });
    });

    verifies(['D4', 'D9'], 'shows nothing of an error that a script makes of its arguments', async () => {
      const script = "return redis.error_reply('no card ' .. ARGV[1])";
      const [span] = await spansOf(() => client.send(['EVAL', script, '0', 'hunter2']));
      expect(span?.attributes['error.type']).toMatch(/^(ERR|ReplyError|ErrorReply|SimpleError)$/);
      expect(JSON.stringify([span?.name, span?.attributes, span?.status, span?.events])).not.toMatch(/hunter2|card/);
    });

    verifies('D9', 'marks a batch by the first of its commands that has failed', async () => {
      for (const kind of ['MULTI', 'PIPELINE'] as const) {
        const [span] = await spansOf(() =>
          client.batch(kind, [
            ['SET', 'text', 'x'],
            ['LPUSH', 'text', 'hunter2'],
          ]),
        );
        expect(span?.attributes).toMatchObject({ 'error.type': 'WRONGTYPE', 'db.response.status_code': 'WRONGTYPE' });
        expect(JSON.stringify([span?.attributes, span?.status, span?.events])).not.toContain('hunter2');
        await telemetry.clear();
      }
    });

    verifies(['D9', 'M8'], 'keeps the names of commands in the metric from growing without end', async () => {
      await context.with(ROOT_CONTEXT, () =>
        Promise.allSettled(Array.from({ length: 900 }, (_, number) => client.send([`MY.COMMAND${number}`]))),
      );
      const points = await telemetry.metric('db.client.operation.duration');
      const names = new Set(points.map(({ attributes }) => attributes['db.operation.name']));
      expect(names.size).toBeLessThanOrEqual(601);
      expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(900);
    });

    verifies(['D9', 'X6'], 'gives a command whose name can be none the name _OTHER', async () => {
      const names = ['hunter2 is no name', 'x'.repeat(10_000), 'a\r\nb', 'é'];
      const spans = await spansOf(async () => {
        for (const name of names) {
          await client.send([name, 'hunter2']).catch(() => {});
        }
      });
      expect(spans.map(({ name }) => name)).toEqual(names.map(() => '_OTHER'));
      expect(JSON.stringify(spans.map(({ attributes, status }) => [attributes, status]))).not.toContain('hunter2');
    });
  });
});
