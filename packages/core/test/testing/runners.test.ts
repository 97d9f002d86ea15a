import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runProgram } from '@otelier/testkit';

// These run the built package, as an application's tests do.
const RUNNERS = join(__dirname, 'runners');

/** The test runner of Node.js tells its children through a variable that they are its own. */
const env = { NODE_TEST_CONTEXT: undefined, FORCE_COLOR: undefined, NO_COLOR: '1', CI: '1' };

describe('telemetry for tests', () => {
  for (const name of ['node-test.mjs', 'node-test.cjs']) {
    it(`works with node:test in ${name}`, async () => {
      const { code, stdout, stderr } = await (await runProgram(join(RUNNERS, name), { env })).exit;
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/pass 2\n/);
    });
  }

  it('works with Vitest', async () => {
    const vitest = join(dirname(createRequire(__filename).resolve('vitest/package.json')), 'vitest.mjs');
    const args = ['run', '--root', RUNNERS, '--config', join(RUNNERS, 'vitest.config.mjs')];
    const { code, stdout, stderr } = await (await runProgram(vitest, { env, args, cwd: RUNNERS, timeoutMillis: 25_000 })).exit;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Tests +2 passed/);
  });
});
