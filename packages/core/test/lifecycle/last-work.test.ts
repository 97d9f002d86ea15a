import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { spanNames, startProcess } from '../test-process';

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

const SCRIPT = ['part', 'script'];
const TRACE = ['part', 'root'];

/** What ends with the process, its exit code, and what is delivered of it where only failing traces are kept. */
const WORK: readonly (readonly [way: string, code: number, kept: readonly string[], all: readonly string[]])[] = [
  ['a script that exits, beside a listener', 3, SCRIPT, SCRIPT],
  ['a script that exits, beside a listener that exits', 4, SCRIPT, SCRIPT],
  ['work that ends in a listener for beforeExit', 0, TRACE, TRACE],
  ['work that fails behind beforeExit', 0, TRACE, TRACE],
  ['work that succeeds behind beforeExit', 0, [], TRACE],
  ['work that fails in an exit listener, by itself', 0, TRACE, TRACE],
  ['work that fails in an exit listener, by process.exit()', 3, TRACE, TRACE],
  ['work that fails in an exit listener, by an error', 1, TRACE, TRACE],
  ['work that fails in an exit listener, by process.reallyExit()', 3, TRACE, TRACE],
];

describe.each(WORK)('%s', (way, code, kept, all) => {
  verifies(['X2', 'P11', 'S2'], 'is decided on by what it has shown at its own end', async () => {
    const end = await (await startProcess('lifecycle/last-work.mjs', { args: [way], endpoint: sink.url })).exit;
    expect(end.code).toBe(code);
    expect(end.stdout.match(/beforeExit/g) ?? []).toHaveLength(way.includes('in a listener for beforeExit') ? 1 : 0);
    expect(spanNames(sink)).toEqual(kept);
  });

  verifies(['X1', 'X2'], 'is delivered once', async () => {
    const program = await startProcess('lifecycle/last-work.mjs', { args: [way, 'all'], endpoint: sink.url });
    expect((await program.exit).code).toBe(code);
    expect(spanNames(sink)).toEqual(all);
  });
});
