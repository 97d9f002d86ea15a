import { resolve } from 'node:path';
import { describeWith, startOtlpSink, verifies, type OtlpSink, type ReceivedSpan } from '@otelier/testkit';
import { startProcess } from '../test-process';
import { expectStatements, type SeenSpan } from './orm-spans';
import { databaseUrl, ORMS } from './orms';

const FORMATS = [
  { format: 'CommonJS', file: 'orm.cjs' },
  { format: 'ES modules', file: 'orm.mjs' },
];

let sink: OtlpSink;

async function run(file: string, orm: string, { kind, order }: { kind: 'postgres' | 'mysql'; order: string }): Promise<unknown> {
  const program = await startProcess(resolve(__dirname, 'programs', file), {
    args: [orm, kind, order],
    endpoint: sink.url,
    env: { TEST_DATABASE_URL: await databaseUrl(kind) },
  });
  const { code, stdout, stderr } = await program.exit;
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

function seen(span: ReceivedSpan): SeenSpan {
  const { name, kind, spanId, parentSpanId, attributes, events, status } = span;
  const recorded = JSON.stringify([name, attributes, events, status]);
  return { name, kind, spanId, parentSpanId, isError: status.code === 'ERROR', recorded };
}

describe.each(ORMS)('$orm on $kind', ({ orm, kind }) => {
  describeWith(kind, 'on a real server', () => {
    beforeEach(async () => {
      sink = await startOtlpSink();
    });
    afterEach(() => sink.close());

    describe.each(FORMATS)('in $format', ({ file }) => {
      verifies(['D1', 'D2', 'D7'], 'has one span a statement, loading the driver by itself long after the set-up', async () => {
        await run(file, orm, { kind, order: 'loaded late' });
        expectStatements(sink.spans().map(seen), orm);
      });

      verifies('D7', 'gives the application the same rows and the same errors as without a set-up', async () => {
        const without = await run(file, orm, { kind, order: 'without' });
        expect(sink.spans()).toEqual([]);
        expect(await run(file, orm, { kind, order: 'loaded first' })).toEqual(without);
        expectStatements(sink.spans().map(seen), orm);
      });
    });
  });
});
