import { askRedis, describeWith, startOtlpSink, testRedis, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../../test-process';

/** What a program tells of a driver. */
interface Behaviour {
  readonly ignoredError: readonly unknown[];
  readonly ignoredTransaction: readonly unknown[];
}

describeWith('redis', 'a driver of Redis with its commands observed', () => {
  let sink: OtlpSink;

  beforeAll(async () => {
    sink = await startOtlpSink();
  });
  afterAll(() => sink.close());

  describe.each(['ioredis', 'ioredis-5', 'ioredis-4', 'redis', 'redis-5', 'redis-4'])('%s', (driver) => {
    // Not in this process: Jest takes rejections that nobody handles for its own.
    verifies(['D2', 'D9', 'X6'], 'gives the same answers, errors and unhandled rejections as without', async () => {
      const { url, database } = await testRedis();
      await askRedis(url, ['SELECT', database], ['SET', 'text', 'x']);
      const program = await startProcess('redis-promises.cjs', {
        args: [driver],
        endpoint: sink.url,
        env: { TEST_DATABASE_URL: url },
      });
      const { code, stdout, stderr } = await program.exit;
      expect([code, stderr]).toEqual([0, '']);
      const { before, during, after } = JSON.parse(stdout) as Record<'before' | 'during' | 'after', Behaviour>;
      expect(during).toEqual(before);
      expect(after).toEqual(before);
      // Without a rejection the comparison would say nothing of those that nobody handles.
      expect([before.ignoredError.length, before.ignoredTransaction.length]).toEqual([1, 1]);
    });
  });
});
