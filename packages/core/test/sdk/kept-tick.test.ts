import { startProcess } from '../test-process.js';

/** What is alive of the objects of `process.nextTick` after some garbage collections. */
async function ticksOf(...args: string[]): Promise<unknown> {
  const program = await startProcess('kept-tick.cjs', { endpoint: 'http://127.0.0.1:9', nodeArgs: ['--expose-gc'], args });
  const { stdout, stderr } = await program.exit;
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('the objects of process.nextTick', () => {
  it('are all collected in a process without a set-up', async () => {
    expect(await ticksOf('none')).toEqual({ made: true, alive: 0 });
  });

  it('have one that a set-up keeps, so that V8 does not forget their shape', async () => {
    expect(await ticksOf()).toEqual({ made: true, alive: 1 });
  });
});
