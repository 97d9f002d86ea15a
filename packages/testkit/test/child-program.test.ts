import { join } from 'node:path';
import { runProgram } from '@otelier/testkit';
import type { Program } from '@otelier/testkit';

const talker = join(__dirname, '../fixtures/programs/talker.mjs');
const started: Program[] = [];

async function start(...parameters: Parameters<typeof runProgram>): Promise<Program> {
  const program = await runProgram(...parameters);
  started.push(program);
  return program;
}

afterEach(async () => {
  for (const program of started.splice(0)) {
    program.kill('SIGKILL');
    await program.exit;
  }
});

it('passes arguments, folder and variables on, and keeps those of this test run away', async () => {
  const names = ['OTEL_SERVICE_NAME', 'OTELIER_TEST_KEPT'];
  for (const name of names) {
    process.env[name] = 'of the test run';
  }
  const cwd = join(__dirname, '..');
  const program = await start(talker, { args: ['a b'], nodeArgs: ['--no-warnings'], env: { GIVEN: 'yes' }, cwd });
  for (const name of names) {
    delete process.env[name];
  }
  const [line] = await program.line(/^\{.*\}$/);
  expect(JSON.parse(line)).toEqual({
    args: ['a b'],
    nodeArgs: ['--no-warnings'],
    cwd,
    seen: { GIVEN: 'yes', OTELIER_TEST_KEPT: 'of the test run' },
  });
});

it('finds whole lines on both streams, also when they came before', async () => {
  const program = await start(talker);
  const [, port] = await program.line(/port (\d+)/);
  expect(port).toBe('4711');
  expect((await program.line(/^half/))[0]).toBe('half');
  expect(program.stderr).toContain('half a line, port 4711\n');
});

it('tells how the program ended and all that it wrote', async () => {
  const program = await start(talker);
  await program.line(/port/);
  program.kill();
  const { code, signal, stdout, stderr } = await program.exit;
  expect([code, signal, stderr]).toEqual([3, null, 'half a line, port 4711\nunfinished']);
  expect(stdout).toMatch(/\nterminated\n$/);
  expect((await program.line(/^unfinished$/))[0]).toBe('unfinished');
  await expect(program.line(/^never said$/)).rejects.toThrow(
    /ended \(3\) without a line like \/\^never said\$\/[^]*port 4711/,
  );
});

it('kills a program that outstays its time', async () => {
  const program = await start(talker, { timeoutMillis: 50 });
  expect(await program.exit).toMatchObject({ code: null, signal: 'SIGKILL' });
});

it('rejects when there is no such Node binary', async () => {
  await expect(runProgram(talker, { node: '/nowhere/node' })).rejects.toThrow('ENOENT');
});
