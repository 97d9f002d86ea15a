import { join } from 'node:path';
import { verifies } from '@otelier/testkit';
import { runProgram } from '@otelier/testkit/child-program';

describe('the example of logs with pino', () => {
  verifies(['L1', 'L2', 'L5'], 'writes every line with its trace, sends each once, and loses none at the end', async () => {
    const { exit } = await runProgram(join(__dirname, 'run.mjs'));
    const { code, stdout, stderr } = await exit;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [, trace = ''] = /^line {4}order found {2}trace_id=(\w{32})$/m.exec(stdout) ?? [];
    expect(stdout).toMatch(new RegExp(`^record {2}info order found {2}trace=${trace} {2}.*\\border\\b`, 'm'));
    expect(stdout).toMatch(/^record {2}info there is no order 8 {2}trace=\w{32} {2}.*exception\.type exception\.message exception\.stacktrace$/m);
    expect(stdout).toMatch(/every one of \d+ lines was sent once, with its trace\n$/);
  });
});
