import { describeWith, startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../test-process';
import { databaseUrl } from './query-spans';

const DRIVERS = [
  { driver: 'pg', kind: 'postgres' },
  { driver: 'mysql2', kind: 'mysql' },
  { driver: 'mysql2-old', kind: 'mysql' },
] as const;

describe.each(DRIVERS)('one connection of $driver that many requests share', ({ driver, kind }) => {
  describeWith(kind, 'on a real server', () => {
    let sink: OtlpSink;

    beforeEach(async () => {
      sink = await startOtlpSink();
    });
    afterEach(() => sink.close());

    verifies(['R12', 'R13'], 'goes on with each answer in the context of the request that asked', async () => {
      const program = await startProcess('shared-connection.mjs', {
        args: [driver],
        endpoint: sink.url,
        env: { TEST_DATABASE_URL: await databaseUrl(kind) },
      });
      expect(await program.exit).toMatchObject({ code: 0, stderr: '' });
      const spans = sink.spans();
      const requests = new Map(spans.filter(({ name }) => name === 'request').map((span) => [span.spanId, span]));
      const answered = spans.filter(({ name }) => name === 'answered');
      const askers = answered.map(({ parentSpanId }) => requests.get(parentSpanId ?? '')?.attributes['sql']);
      expect(answered).toHaveLength(20);
      expect(askers).toEqual(answered.map(({ attributes }) => attributes['sql']));
      expect(spans.filter((span) => span.kind === 'CLIENT' && requests.has(span.parentSpanId ?? ''))).toHaveLength(20);
    });
  });
});
