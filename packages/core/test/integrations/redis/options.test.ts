import { context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { withSpan, type DatabaseOptions } from '@otelier/core';
import { describeWith, testRedis, verifies } from '@otelier/testkit';
import { TelemetryProbe } from '@otelier/testkit/conformance';
import { REDIS_DRIVERS } from './redis-drivers';

const SCRIPT = 'return ARGV[1]';
/** What Redis keeps the script under. */
const DIGEST = '098e0f0d1448c0a81dafe820f66d460eb09263da';

describe.each(REDIS_DRIVERS)('$name', ({ connect }) => {
  describeWith('redis', 'with options', () => {
    /** What is recorded of some commands in a set-up of its own. */
    async function recorded(database: DatabaseOptions, where: 'in a span' | 'outside' = 'in a span'): Promise<unknown[]> {
      const telemetry = new TelemetryProbe({ database });
      const client = await connect((await testRedis()).url);
      await telemetry.clear();
      const work = async (): Promise<void> => {
        await client.command('set', 'cart:7', 'hunter2');
        await client.send(['EVAL', SCRIPT, '1', 'cart:7', 'hunter2']);
        await client.send(['EVALSHA', DIGEST, '0', 'hunter2']);
        await client.send(['CONFIG', 'SET', 'proc-title-template', 'hunter2']).catch(() => {});
        await client.batch('PIPELINE', [['SET', 'cart:7', 'hunter2'], ['GET', 'cart:7']]);
      };
      await (where === 'outside' ? context.with(ROOT_CONTEXT, work) : withSpan('request', work));
      const spans = telemetry.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
      expect(JSON.stringify(spans.map(({ name, attributes, status, events }) => [name, attributes, status, events]))).not.toContain('hunter2');
      await client.close();
      await telemetry.otel.shutdown();
      return spans.map(({ name, attributes }) => [name, attributes['db.query.text'], attributes['db.stored_procedure.name']]);
    }

    verifies('D9', 'records the arguments when asked to: the keys, and a mask for everything else', async () => {
      expect(await recorded({ commandArguments: true })).toEqual([
        ['SET', 'SET cart:7 ?', undefined],
        ['EVAL', 'EVAL ? 1 cart:7 ?', undefined],
        ['EVALSHA', `EVALSHA ${DIGEST} 0 ?`, DIGEST],
        ['CONFIG', 'CONFIG SET ? ?', undefined],
        [expect.stringMatching(/^PIPELINE/), undefined, undefined],
      ]);
    });

    verifies('D9', 'records no arguments by default, nor without any text', async () => {
      for (const options of [{}, { commandArguments: true, queryText: 'off' }] as const) {
        expect(await recorded(options)).toEqual([
          ['SET', undefined, undefined],
          ['EVAL', undefined, undefined],
          ['EVALSHA', undefined, DIGEST],
          ['CONFIG', undefined, undefined],
          [expect.stringMatching(/^PIPELINE/), undefined, undefined],
        ]);
      }
    });

    verifies('D1', 'records a command outside any span when asked to', async () => {
      expect(await recorded({}, 'outside')).toEqual([]);
      expect(await recorded({ rootQueries: true }, 'outside')).toHaveLength(5);
    });
  });
});
