import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../test-process';

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

/** What somebody else does to the process meanwhile, and whose method it has in the end. */
const MEANWHILE = [
  ['nothing', 'as before', false],
  ['replaces emit', 'theirs', true],
  ['puts emit back', 'as before', false],
  ['defines emit', 'theirs', true],
] as const;

describe.each(MEANWHILE)('twenty set-ups and shutdowns, while somebody %s', (meanwhile, emit, isOwn) => {
  verifies(['X1', 'X2'], 'leave the process as it was', async () => {
    const program = await startProcess('lifecycle/end-seams.mjs', { args: [meanwhile], endpoint: sink.url });
    const { code, stdout } = await program.exit;
    const { listeners, ...seen } = JSON.parse(stdout) as { listeners: [unknown, unknown] };
    expect(listeners[1]).toEqual(listeners[0]);
    expect({ code, ...seen }).toEqual({ code: 0, emit, isOwn, settings: true, isExitAsBefore: true });
  });
});
