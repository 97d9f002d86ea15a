import { join } from 'node:path';
import { runProgram, verifies } from '@otelier/testkit';

const SCRIPT = join(__dirname, '../../../../scripts/variables.mjs');

verifies('P4', 'docs/configuration.md has every variable that is read, as its catalogue describes it', async () => {
  const { code, stderr } = await (await runProgram(SCRIPT)).exit;
  expect([code, stderr]).toEqual([0, '']);
});
