import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../test-process';

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

async function run(...args: string[]): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const { code, stderr } = await (await startProcess('lifecycle/last-metrics.mjs', { args, endpoint: sink.url })).exit;
  return { code, stderr };
}

function values(name: string): unknown[] {
  return sink.metrics().flatMap((metric) => (metric.name === name ? metric.dataPoints.map(({ value, sum }) => value ?? sum) : []));
}

describe.each(['cumulative', 'delta'])('metrics that are %s', (temporality) => {
  verifies(['X2', 'P10'], 'go out at process.exit() with what was measured since the last collection', async () => {
    expect(await run('exit', temporality)).toEqual({ code: 3, stderr: '' });
    expect(values('jobs')).toEqual(temporality === 'delta' ? [2, 5] : [2, 7]);
    expect(values('seconds')).toEqual(temporality === 'delta' ? [1.5] : [1.5]);
  });
});

verifies('X2', 'asks observable instruments at process.exit(), but for those that answer later', async () => {
  await run('exit', 'cumulative');
  expect(values('depth').at(-1)).toBe(41);
  expect(values('width').at(-1)).toBe(42);
  expect(values('asked')).toEqual([1, 2]);
  expect(values('later')).toEqual([1, 1]);
});

verifies('X2', 'leaves out an observable instrument that throws at process.exit(), and says so', async () => {
  const { code, stderr } = await run('exit', 'cumulative', 'throwing');
  expect(code).toBe(3);
  expect(stderr).toContain('OTELIER_INTERNAL_ERROR: an observable instrument failed: ');
  expect(values('jobs')).toEqual([2, 7]);
});

verifies('X1', 'sends metrics once when nothing was measured after the flush at the natural end', async () => {
  expect(await run('return', 'cumulative')).toEqual({ code: 0, stderr: '' });
  expect(values('jobs')).toEqual([2, 7]);
});

verifies('X1', 'does not send them again for a collection of garbage behind that flush', async () => {
  expect(await run('collecting', 'cumulative')).toEqual({ code: 0, stderr: '' });
  expect(values('jobs')).toEqual([2, 7]);
});
