import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { spanNames, startProcess } from '../test-process';

const KEPT = ['child of failed', 'child of failed open', 'child of open with a rule for its end', 'failed'];

describe('a program with open traces', () => {
  let sink: OtlpSink;

  beforeEach(async () => {
    sink = await startOtlpSink();
  });
  afterEach(() => sink.close());

  [
    { ending: 'by itself', code: 0, signal: null },
    { ending: 'by process.exit()', code: 5, signal: null },
    { ending: 'by an error', code: 1, signal: null },
    { ending: 'by shutdown()', code: 0, signal: null },
    { ending: 'by a signal', code: null, signal: 'SIGTERM' },
  ].forEach(({ ending, code, signal }) => {
    verifies(['S2', 'X2'], `that ends ${ending} delivers what they have shown to be worth keeping`, async () => {
      const program = await startProcess('sampled-ends.mjs', { args: [ending], endpoint: sink.url });
      await program.line(/^begun$/);
      if (signal !== null) {
        program.kill();
      }
      expect(await program.exit).toMatchObject({ code, signal });
      expect(spanNames(sink)).toEqual(KEPT);
    });
  });
});
