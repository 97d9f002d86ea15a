import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../test-process';

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

async function run(...args: string[]): Promise<{ readonly lines: readonly string[]; readonly seen: unknown }> {
  const { code, stdout, stderr } = await (await startProcess('lifecycle/own-sdk.cjs', { args, endpoint: sink.url })).exit;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  return { lines, seen: JSON.parse(lines.at(-1) ?? '') };
}

describe.each(['2.x', '3.x'])('an SDK of the %s line that the application brings', (line) => {
  verifies('P13', 'is used through the API when it is there first, and nothing else is set up', async () => {
    const { seen } = await run(line, 'before', 'theirs ends');
    expect(seen).toEqual({ ours: false, finished: ['inner', 'work'], destinations: 0 });
    expect(sink.requests()).toEqual([]);
  });

  verifies('P13', 'ends when the application ends it, whatever becomes of the handle of Otelier', async () => {
    const { lines, seen } = await run(line, 'before', 'ours ends');
    expect(lines).toHaveLength(1);
    expect(seen).toMatchObject({ finished: ['inner', 'work', 'later'] });
  });

  verifies('P13', 'finds the set-up of Otelier when it comes later, and no span is exported twice', async () => {
    const { seen } = await run(line, 'after', 'theirs ends');
    expect(seen).toMatchObject({ ours: true, finished: [] });
    expect(sink.spans().map(({ name }) => name).toSorted()).toEqual(['inner', 'later', 'work']);
  });
});
