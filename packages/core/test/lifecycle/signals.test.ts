import { startOtlpSink, verifies, type OtlpSink, type Program, type ProgramEnd } from '@otelier/testkit';
import { ask, spanNames, startProcess, until } from '../test-process';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

interface Handling {
  readonly name: string;
  /** What the same program gives without Otelier. */
  readonly end: (signal: NodeJS.Signals) => Pick<ProgramEnd, 'code' | 'signal'>;
  /** Whether a request in flight is answered without Otelier. */
  readonly isGraceful: boolean;
}

const HANDLINGS: readonly Handling[] = [
  { name: 'none', end: (signal) => ({ code: null, signal }), isGraceful: false },
  { name: 'closes the server', end: () => ({ code: 0, signal: null }), isGraceful: true },
  { name: 'closes the server, then exits', end: () => ({ code: 0, signal: null }), isGraceful: true },
  { name: 'cleans up, then raises it again', end: (signal) => ({ code: null, signal }), isGraceful: false },
  { name: 'signal-exit', end: (signal) => ({ code: null, signal }), isGraceful: false },
  { name: 'signal-exit-old', end: (signal) => ({ code: null, signal }), isGraceful: false },
  { name: 'exits', end: () => ({ code: 3, signal: null }), isGraceful: false },
];

let sink: OtlpSink;
let running: Program[];

beforeEach(async () => {
  sink = await startOtlpSink();
  running = [];
});
afterEach(async () => {
  running.forEach((program) => program.kill('SIGKILL'));
  await Promise.all(running.map((program) => program.exit));
  await sink.close();
});

async function startServer(handling: string, ...args: string[]): Promise<{ program: Program; port: number }> {
  const program = await startProcess('server.mjs', { args: [handling, ...args], endpoint: sink.url });
  running.push(program);
  const [, port] = await program.line(/^port (\d+)$/);
  return { program, port: Number(port) };
}

/** Sends a signal, with a slow request in flight or without; returns how the process ended and what the client got. */
async function endBySignal(
  { program, port }: { program: Program; port: number },
  signal: NodeJS.Signals,
  inFlight: boolean,
): Promise<{ end: ProgramEnd; answer: string }> {
  await ask(port, '/quick');
  let answer = Promise.resolve('not asked');
  if (inFlight) {
    answer = ask(port, '/slow').catch(() => 'broken off');
    await program.line(/^begun$/);
  }
  program.kill(signal);
  return { end: await program.exit, answer: await answer };
}

describe.each(SIGNALS)('%s', (signal) => {
  describe.each(HANDLINGS)('with a handler of the application: $name', (handling) => {
    verifies('X1', 'ends an idle process as it would end without Otelier, with every span delivered', async () => {
      const [bare, traced] = await Promise.all([startServer(handling.name, 'bare'), startServer(handling.name)]);
      const [without, within] = [await endBySignal(bare, signal, false), await endBySignal(traced, signal, false)];
      expect(without.end).toMatchObject(handling.end(signal));
      expect(within.end).toMatchObject({ ...handling.end(signal), stderr: '' });
      expect(handledLines(within.end)).toEqual(handledLines(without.end));
      expect(spanNames(sink)).toEqual(['GET /quick']);
    });

    verifies('X1', 'lets a request in flight end as it would without Otelier, or better', async () => {
      const [bare, traced] = await Promise.all([startServer(handling.name, 'bare'), startServer(handling.name)]);
      const [without, within] = [await endBySignal(bare, signal, true), await endBySignal(traced, signal, true)];
      // Where the signal takes its default action in the end, it waits for the request.
      const isAnswered = handling.name !== 'exits';
      expect(without).toMatchObject({ end: handling.end(signal), answer: handling.isGraceful ? 'answered' : 'broken off' });
      expect(within).toMatchObject({ end: handling.end(signal), answer: isAnswered ? 'answered' : 'broken off' });
      expect(handledLines(within.end)).toEqual(handledLines(without.end));
      // A request that the end of the process breaks off has a span too.
      expect(spanNames(sink)).toEqual(['GET /quick', 'GET /slow']);
    });
  });
});

verifies('X1', 'delivers the metrics too when the handler of the application exits', async () => {
  await endBySignal(await startServer('closes the server, then exits'), 'SIGTERM', true);
  const durations = sink.metrics().filter(({ name }) => name === 'http.server.request.duration');
  expect(durations.at(-1)?.dataPoints.reduce((count, point) => count + (point.count ?? 0), 0)).toBe(2);
});

verifies('X1', 'leaves the end to a handler that was there before Otelier and runs once', async () => {
  const { program, port } = await startServer('ignores it once');
  program.kill('SIGTERM');
  await program.line(/^handled SIGTERM$/);
  expect(await ask(port, '/quick')).toBe('answered');
  program.kill('SIGTERM');
  expect(await program.exit).toMatchObject({ code: null, signal: 'SIGTERM' });
});

verifies('X1', 'ends at once at a second signal', async () => {
  sink.answerWith({ hang: true });
  const program = await startProcess('server.mjs', {
    args: ['none'],
    endpoint: sink.url,
    env: { TEST_SHUTDOWN_TIMEOUT_MILLIS: '600000' },
  });
  running.push(program);
  const [, port] = await program.line(/^port (\d+)$/);
  await ask(Number(port), '/quick');
  program.kill('SIGTERM');
  // Metrics are sent once a minute, and in the last flush.
  await until(() => sink.requests().some(({ path }) => path === '/v1/metrics'));
  program.kill('SIGINT');
  expect(await program.exit).toMatchObject({ code: null, signal: 'SIGINT' });
});

verifies('X1', 'ends the spans of requests that outlast the deadline, and then the process', async () => {
  const program = await startProcess('server.mjs', {
    args: ['none'],
    endpoint: sink.url,
    env: { TEST_SHUTDOWN_TIMEOUT_MILLIS: '600' },
  });
  running.push(program);
  const [, port] = await program.line(/^port (\d+)$/);
  const answer = ask(Number(port), '/never').catch(() => 'broken off');
  await program.line(/^begun$/);
  program.kill('SIGTERM');
  expect(await program.exit).toMatchObject({ code: null, signal: 'SIGTERM' });
  expect(await answer).toBe('broken off');
  expect(sink.spans()).toMatchObject([{ name: 'GET /never', attributes: { 'error.type': 'process_ended' } }]);
});

verifies('X1', 'delivers what ends while the last flush is under way', async () => {
  const program = await startProcess('lifecycle/late-work.mjs', { endpoint: sink.url });
  running.push(program);
  await program.line(/^begun$/);
  program.kill('SIGTERM');
  expect(await program.exit).toMatchObject({ code: null, signal: 'SIGTERM', stderr: '' });
  expect(spanNames(sink)).toEqual(['early', 'late']);
});

verifies('X1', 'does not end a process that gets no signal', async () => {
  const { program, port } = await startServer('none');
  await ask(port, '/quick');
  await sink.waitForSpans((spans) => spans.length === 1);
  expect(await ask(port, '/quick')).toBe('answered');
  await sink.waitForSpans((spans) => spans.length === 2);
  program.kill('SIGTERM');
  await program.exit;
});

function handledLines({ stdout }: ProgramEnd): string[] {
  return stdout.split('\n').filter((line) => line.startsWith('handled'));
}
