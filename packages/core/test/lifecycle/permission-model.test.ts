import { execFileSync } from 'node:child_process';
import { startOtlpSink, verifies, type OtlpSink } from '@otelier/testkit';
import { startProcess } from '../test-process';

let sink: OtlpSink;

beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(() => sink.close());

const MAJOR = Number(
  execFileSync(process.env['OTELIER_TEST_NODE'] ?? process.execPath, ['-p', 'process.versions.node.split(".")[0]'], {
    encoding: 'utf8',
  }),
);

const PERMISSIONS = [
  MAJOR >= 24 ? '--permission' : '--experimental-permission',
  '--allow-fs-read=*',
  ...(MAJOR >= 25 ? ['--allow-net'] : []),
];

async function run(ending: string, ...allowed: string[]): Promise<{ readonly code: number | null; readonly codes: readonly string[] }> {
  const nodeArgs = [...PERMISSIONS, ...allowed];
  const program = await startProcess('finished-work.mjs', { args: [ending], endpoint: sink.url, nodeArgs });
  const { code, stderr } = await program.exit;
  return { code, codes: stderr.match(/\bOTELIER_\w+(?=:)/g) ?? [] };
}

describe("a process under Node's permission model", () => {
  verifies('X2', 'is told what to allow when it ends by process.exit(), and keeps its exit code', async () => {
    const { code, codes } = await run('by process.exit()');
    expect(code).toBe(5);
    expect(codes).toContain('OTELIER_LAST_DELIVERY_DENIED');
    expect(codes).not.toContain('OTELIER_INTERNAL_ERROR');
    expect(sink.requests()).toEqual([]);
  });

  verifies('X2', 'delivers everything at process.exit() when worker threads are allowed', async () => {
    expect(await run('by process.exit()', '--allow-worker')).toEqual({ code: 5, codes: [] });
    expect(sink.spans()).toHaveLength(3);
  });

  verifies('X1', 'delivers everything at its natural end', async () => {
    expect(await run('by itself')).toEqual({ code: 0, codes: [] });
    expect(sink.spans()).toHaveLength(3);
  });
});
