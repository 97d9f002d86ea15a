import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { spanNames, startProcess } from '../test-process';

const SPANS = ['span 0', 'span 1', 'span 2'];

/** Ends that are the program's own, with the exit code that Node gives them. */
const ENDINGS = [
  { ending: 'by itself', code: 0 },
  { ending: 'with an exit code', code: 4 },
  { ending: 'by process.exit()', code: 5 },
  { ending: 'by an error', code: 1 },
];

describe('a program whose work is done', () => {
  let sink: OtlpSink;

  beforeEach(async () => {
    sink = await startOtlpSink();
  });
  afterEach(() => sink.close());

  describe.each(ENDINGS)('and that ends $ending', ({ ending, code }) => {
    verifies(['X1', 'X2'], 'delivers its spans and keeps its exit code', async () => {
      const program = await startProcess('finished-work.mjs', { args: [ending], endpoint: sink.url });
      expect(await program.exit).toMatchObject({ code, signal: null });
      expect(spanNames(sink)).toEqual(SPANS);
    });

    verifies(['X1', 'X2'], 'waits for an export under way, or sends it again', async () => {
      sink.answerWith({ delayMillis: 800, times: 1 });
      // The work ends while the first export, which begins after a second, waits for its answer.
      const program = await startProcess('finished-work.mjs', { args: [ending, '1400'], endpoint: sink.url });
      expect(await program.exit).toMatchObject({ code, signal: null });
      await sink.waitForSpans((spans) => spans.length >= SPANS.length);
      expect(new Set(spanNames(sink))).toEqual(new Set(SPANS));
    });
  });

  verifies('X1', 'waits for an export under way before its listener for beforeExit is called, once', async () => {
    sink.answerWith({ delayMillis: 800, times: 1 });
    const args = ['by itself, beside a listener', '1400'];
    const program = await startProcess('finished-work.mjs', { args, endpoint: sink.url });
    expect(await program.exit).toEqual({ code: 0, signal: null, stdout: 'beforeExit\n', stderr: '' });
    expect(spanNames(sink)).toEqual(SPANS);
  });

  verifies('X1', 'delivers the last metrics', async () => {
    await (await startProcess('finished-work.mjs', { args: ['by itself'], endpoint: sink.url })).exit;
    expect(sink.metrics().map(({ name }) => name)).toContain('work.done');
  });

  verifies('X2', 'delivers more than one batch at process.exit()', async () => {
    const program = await startProcess('finished-work.mjs', {
      args: ['by process.exit()'],
      endpoint: sink.url,
      env: { TEST_SPANS: '2000' },
    });
    expect(await program.exit).toMatchObject({ code: 5, stderr: '' });
    expect(new Set(spanNames(sink)).size).toBe(2000);
  });
});

const shortly = { TEST_SHUTDOWN_TIMEOUT_MILLIS: '500' };

describe.each([...ENDINGS, { ending: 'by itself, beside a listener', code: 0 }])('a program that ends $ending', ({ ending, code }) => {
  let blackHole: Server;

  beforeAll(async () => {
    blackHole = createServer(() => {});
    await new Promise<void>((resolve) => {
      blackHole.listen(0, '127.0.0.1', resolve);
    });
    blackHole.unref();
  });
  afterAll(() => blackHole.close());

  verifies(['X1', 'X3b'], 'is not kept alive by a destination that refuses connections', async () => {
    const program = await startProcess('finished-work.mjs', { args: [ending], endpoint: 'http://127.0.0.1:1' });
    const { stderr, ...end } = await program.exit;
    expect(end).toMatchObject({ code, signal: null });
    expect(stderr).toContain('OTELIER_EXPORT_FAILED');
  });

  verifies(['X1', 'X3b'], 'is not kept alive beyond the deadline by a destination that never answers', async () => {
    const { port } = blackHole.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}`;
    const program = await startProcess('finished-work.mjs', { args: [ending], endpoint, env: shortly });
    expect(await program.exit).toMatchObject({ code, signal: null });
  });
});
