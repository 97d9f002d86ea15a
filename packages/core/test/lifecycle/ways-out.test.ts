import { startOtlpSink, verifies, type OtlpSink, type ProgramEnd } from '@otelier/testkit';
import { startProcess } from '../test-process';

/** Ways out that a process takes by itself. */
const OWN_WAYS = [
  'returns',
  'sets an exit code',
  'exits',
  'exits in a handler',
  'exits in beforeExit',
  'listens to beforeExit',
  'goes on in beforeExit',
  'fails at a second beforeExit',
  'fails in beforeExit',
  'emits beforeExit by hand',
  'listens with signal-exit gone',
  'exits in an exit listener',
  'exits in a later exit listener',
  'gets SIGTERM',
  'gets SIGINT',
  'gets a signal, and exits',
  'gets a signal, and exits later',
  'gets a signal, and does not mind',
  'throws',
  'throws later',
  'throws what is no error',
  'rejects',
  'throws, and goes on',
  'throws, and exits',
  'rejects, and goes on',
  'throws in a handler of errors',
];

/** The kind of process, and its way out. */
const TABLE: readonly (readonly [kind: string, way: string])[] = [
  ...OWN_WAYS.map((way) => ['main', way] as const),
  ...[
    'returns',
    'listens to beforeExit',
    'exits',
    'gets SIGTERM',
    'throws',
    'killed',
    'killed at once',
    'disconnected',
    'asked by a message',
  ].map((way) => ['fork', way] as const),
  ...['exits', 'gets SIGTERM', 'throws', 'killed', 'killed at once', 'disconnected', 'asked by a message'].map(
    (way) => ['cluster', way] as const,
  ),
  ...['returns', 'listens to beforeExit', 'goes on in beforeExit', 'exits', 'exits in a handler', 'throws', 'rejects', 'terminated'].map(
    (way) => ['thread', way] as const,
  ),
];

/** Ways out on which the platform runs nothing of the process's own any more: what was sent before has arrived. */
const ABRUPT = ['killed at once', 'terminated', 'throws in a handler of errors'];

/** Ways out that can come while a batch is under way: without its answer it is sent again, as OTLP asks. */
const MAY_REPEAT = [
  'exits in a handler',
  'gets a signal, and exits',
  'gets a signal, and exits later',
  'throws later',
  'rejects',
  'throws, and exits',
  'asked by a message',
];

/** Ways out that leave a log record of their own. */
const isRecorded = (way: string): boolean => !ABRUPT.includes(way) && (way.startsWith('throws') || ['rejects', 'fails in beforeExit'].includes(way));

describe.each(TABLE)('a process by %s that %s', (kind, way) => {
  let sink: OtlpSink;
  let bare: ProgramEnd;
  let traced: ProgramEnd;

  beforeAll(async () => {
    sink = await startOtlpSink();
    [bare, traced] = await Promise.all(
      [['bare'], []].map(async (args) => {
        const program = await startProcess('lifecycle/ways-out.mjs', { args: [kind, way, ...args], endpoint: sink.url });
        return program.exit;
      }),
    ) as [ProgramEnd, ProgramEnd];
  });
  afterAll(() => sink.close());

  verifies(['X1', 'X2'], 'ends as it ends without Otelier', () => {
    expect(withoutHooks(traced)).toEqual(withoutHooks(bare));
  });

  verifies(['X1', 'X2', 'P10'], `has ${ABRUPT.includes(way) ? 'what was sent' : 'everything'} delivered`, () => {
    const names = sink.spans().flatMap(({ name }) => (name === 'too late' ? [] : [name]));
    expect(new Set(names).size).toBe(1000);
    expect(names.length === 1000 || MAY_REPEAT.includes(way)).toBe(true);
    const records = sink.logs().filter(({ scope }) => scope.name === 'lifecycle');
    expect(new Set(records.map(({ body }) => body))).toEqual(new Set(Array.from(Array(10).keys(), (number) => `record ${number}`)));
    expect(records).toHaveLength(10);
    const done = sink.metrics().filter(({ name }) => name === 'work.done');
    expect(done.map(({ dataPoints }) => dataPoints.map(({ value }) => value))).toEqual([[1000]]);
    expect(new Set(sink.spans().map(({ resource }) => resource['service.instance.id'])).size).toBe(1);
  });

  verifies('X2', isRecorded(way) ? 'has its error recorded' : 'has no error recorded', () => {
    const crashes = sink.logs().filter(({ scope }) => scope.name === '@otelier/core');
    expect(crashes.map(({ severityText }) => severityText)).toEqual(
      isRecorded(way) ? [way.includes(',') ? 'ERROR' : 'FATAL'] : [],
    );
  });
});

/** Node calls its own events in another way while the context is kept. */
function withoutHooks({ stderr, ...end }: ProgramEnd): ProgramEnd {
  return { ...end, stderr: stderr.replaceAll(/^ {4}at process\.(?:emit|callbackTrampoline) \(node:.*\n/gm, '') };
}
