import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../test-process';

describe.each(['cluster', 'fork'])('a primary and two workers by %s', (kind) => {
  let sink: OtlpSink;

  beforeEach(async () => {
    sink = await startOtlpSink();
  });
  afterEach(() => sink.close());

  verifies(['X1', 'P10'], 'deliver the spans of each, under instance ids of their own', async () => {
    const program = await startProcess('process-family.mjs', { args: [kind], endpoint: sink.url });
    const [line] = await program.line(/^ready .+$/);
    program.kill('SIGTERM');
    await program.exit;
    const spans = await sink.waitForSpans((all) => all.length >= 3);
    expect(spans.map(({ name }) => name).toSorted()).toEqual(['primary', 'worker', 'worker']);
    const ids = new Set(spans.map(({ resource }) => resource['service.instance.id']));
    expect(ids.size).toBe(3);
    const pids = spans.map(({ resource }) => resource['process.pid']);
    expect(pids).toEqual(expect.arrayContaining(line.split(' ').slice(1).map(Number)));
  });
});
