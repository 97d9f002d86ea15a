import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { collector, runScript, setupOtel, withSpan, type Otel } from '../../src/index.js';
import { startProcess } from '../test-process';

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

const failed = {
  status: { code: 'ERROR', message: 'no such table' },
  attributes: { 'error.type': 'ImportError' },
  events: [{ name: 'exception', attributes: { 'exception.type': 'ImportError', 'exception.message': 'no such table' } }],
};

const done = (exitCode: number): object => ({
  status: { code: 'UNSET' },
  attributes: { 'process.exit.code': exitCode },
  events: [],
});

const gone = (exitCode: number): object => ({
  status: { code: 'ERROR', message: `exit code ${exitCode}` },
  attributes: { 'process.exit.code': exitCode, 'error.type': String(exitCode) },
  events: [],
});

/** What the main function does, and what is recorded of that. */
const WAYS: readonly (readonly [way: string, span: object])[] = [
  ['returns', done(0)],
  ['resolves', { ...done(0), attributes: { rows: 7 } }],
  ['throws', failed],
  ['rejects', failed],
  ['sets an exit code', gone(4)],
  ['exits', gone(5)],
  ['exits with 0', done(0)],
  ['throws elsewhere', failed],
  ['gets SIGINT', { status: { code: 'ERROR', message: 'ended by SIGINT' }, attributes: { 'error.type': 'SIGINT' } }],
  ['never ends', gone(13)],
];

describe.each(WAYS)('a script whose main function %s', (way, span) => {
  verifies('P11', 'ends as it ends without Otelier, with its root span sent', async () => {
    const [bare, traced] = await Promise.all(
      [['bare'], []].map(async (args) =>
        (await startProcess('lifecycle/script.mjs', { args: [way, ...args], endpoint: sink.url })).exit,
      ),
    );
    expect({ ...traced, stderr: withoutFrames(traced?.stderr) }).toEqual({ ...bare, stderr: withoutFrames(bare?.stderr) });
    expect(sink.spans()).toHaveLength(1);
    expect(sink.spans()).toMatchObject([{ name: 'import products', kind: 'INTERNAL', ...span }]);
    expect(sink.spans()[0]?.parentSpanId).toBeUndefined();
  });
});

verifies(['P11', 'X1'], 'a script waits for a destination that never answers once, and sends nothing twice', async () => {
  sink.answerWith({ hang: true });
  const env = { TEST_SHUTDOWN_TIMEOUT_MILLIS: '500' };
  const program = await startProcess('lifecycle/script.mjs', { args: ['returns'], endpoint: sink.url, env });
  const { code, stderr } = await program.exit;
  expect(code).toBe(0);
  expect(stderr.match(/OTELIER_FLUSH_TIMEOUT: .+?\./g)).toEqual(['OTELIER_FLUSH_TIMEOUT: flush() was not done within 500 ms.']);
  expect(sink.requests().map(({ path }) => path).toSorted()).toEqual(['/v1/metrics', '/v1/traces']);
});

/** Frames, and the line of source above them, show who has called the main function. */
function withoutFrames(stderr = ''): string {
  return stderr
    .split('\n')
    .filter((line) => !/^ {4}(at|throw|triggerUncaughtException)\b|runScript|^ *\^+$|^(file|node):.*:\d+$/.test(line))
    .join('\n');
}

describe('runScript() within a process', () => {
  let otel: Otel | undefined;

  const setUp = (): void => {
    otel = setupOtel({ serviceName: 'lifecycle', destinations: [collector(sink.url)], handleSignals: false });
  };

  afterEach(async () => {
    await otel?.shutdown();
    otel = undefined;
    for (const api of [trace, metrics, propagation, context]) {
      api.disable();
    }
  });

  verifies('P11', 'gives back what the main function gives, when its spans have been sent', async () => {
    setUp();
    const result = { rows: 3 };
    const given = await withSpan('around', () =>
      runScript('import products', (span) =>
        withSpan('read', () => ({ result, isActive: trace.getActiveSpan() !== undefined, id: span.spanContext().spanId })),
      ),
    );
    expect(given.result).toBe(result);
    const [read, root] = sink.spans();
    expect([read?.name, read?.parentSpanId, root?.name, root?.spanId]).toEqual(['read', given.id, 'import products', given.id]);
    expect(root?.parentSpanId).toBeUndefined();
  });

  verifies('P11', 'rejects with the very error of the main function, which is recorded once', async () => {
    setUp();
    const error = new Error('broken');
    const given = runScript('import products', () => withSpan('read', () => Promise.reject(error)));
    await expect(given).rejects.toBe(error);
    expect(sink.spans().map(({ name, status, events }) => [name, status.code, events.length])).toEqual([
      ['read', 'ERROR', 1],
      ['import products', 'ERROR', 0],
    ]);
  });

  verifies('P11', 'leaves nothing behind that listens to the process', async () => {
    setUp();
    const before = process.eventNames().map((name) => process.listenerCount(name));
    await runScript('import products', () => {});
    expect(process.eventNames().map((name) => process.listenerCount(name))).toEqual(before);
  });

  verifies('P11', 'runs the main function without a set-up when none is wanted', async () => {
    await expect(runScript('import products', () => 1, { otel: false })).resolves.toBe(1);
    expect(sink.requests()).toEqual([]);
  });

  verifies('P11', 'refuses what is no name, no function or no option', () => {
    expect(() => runScript(1 as never, () => {})).toThrow(new TypeError('[otelier] runScript(name, main): got number, function. Allowed: a text, a function.'));
    expect(() => runScript('import', 'main' as never)).toThrow('got string, string');
    expect(() => runScript('import', () => {}, { flush: true } as never)).toThrow('runScript()');
  });
});
