import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { verifies } from '@otelier/testkit';
import { blockBench } from '@otelier/testkit/conformance';
import { watchServer } from '../../src/adapter.js';
import { watcher } from './watched-server.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

blockBench();

/** Watches a server that never listens, as programs make them that hand connections over by themselves. */
function watchLostServer(): WeakRef<object> {
  const server = createServer();
  watchServer(server, watcher());
  return new WeakRef(server);
}

verifies('X7', 'a server that has never listened is not kept by being watched', async () => {
  const servers = Array.from({ length: 20 }, watchLostServer);
  // What is dereferenced stays until the turn is over.
  for (let turn = 0; turn < 20 && servers.some((server) => server.deref() !== undefined); turn += 1) {
    await wait(1);
    collectGarbage();
  }
  expect(servers.filter((server) => server.deref() !== undefined)).toEqual([]);
});
