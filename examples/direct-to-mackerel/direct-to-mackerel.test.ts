import { resolve } from 'node:path';
import { verifies } from '@otelier/testkit';
import { runProgram } from '@otelier/testkit/child-program';

const program = resolve(__dirname, 'run.mjs');
const SIGNALS = ['traces', 'metrics', 'logs'];

describe('the example that sends to Mackerel', () => {
  verifies('P8', 'has everything taken by an intake with the rules of Mackerel', async () => {
    const { exit } = await runProgram(program, { env: { MACKEREL_APIKEY: undefined } });
    const { code, stdout, stderr } = await exit;

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n').toSorted()).toEqual(SIGNALS.map((signal) => `mackerel ${signal}: taken, 0 failed`).toSorted());
  });

  verifies('P8', 'is told what to do about a key that may not write, and shows no key', async () => {
    const { exit } = await runProgram(program, { env: { MACKEREL_APIKEY: 'sk-12345' } });
    const { code, stdout, stderr } = await exit;

    expect(code).toBe(1);
    expect(stdout).toContain('refused metrics: the key may not write');
    expect(stderr).toContain('HTTP status 401 (the API key needs write permission, and a new or changed key takes about a minute to work)');
    expect(stderr).toContain('gRPC status UNAUTHENTICATED (the API key needs write permission');
    expect(stdout + stderr).not.toContain('sk-12345');
  });
});
