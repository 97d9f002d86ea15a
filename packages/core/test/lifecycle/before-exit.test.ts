import { startOtlpSink, verifies } from '@otelier/testkit';
import { startProcess } from '../test-process';

verifies(['X1', 'X2'], 'a listener for beforeExit is called as often as without Otelier, and all is delivered', async () => {
  const sink = await startOtlpSink();
  const program = await startProcess('lifecycle/before-exit.mjs', { endpoint: sink.url });
  expect(await program.exit).toMatchObject({ code: 0, stdout: 'nothing is left\n', stderr: '' });
  expect(sink.spans().map(({ name }) => name)).toEqual(['work']);
  await sink.close();
});
