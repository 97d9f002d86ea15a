import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ChildProgram } from './child-program.mjs';
import { freePort } from './free-port.mjs';

const execute = promisify(execFile);
const PROGRAM = 'redis-server';
const START_MILLIS = 10_000;

/**
 * The Redis of the dispatch: the server that was given, or a private one from a local binary, or none.
 * @param {string | undefined} givenUrl
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @returns {Promise<import('./postgres.mjs').Database>}
 */
export async function provideRedis(givenUrl, cleanup) {
  if (givenUrl) {
    return { url: givenUrl, note: 'the server of SHOP_REDIS_URL' };
  }
  const version = await execute(PROGRAM, ['--version']).catch(() => undefined);
  if (!version) {
    return { url: undefined, note: 'none found: orders are not dispatched (SHOP_REDIS_URL takes a server)' };
  }
  try {
    return { url: await startPrivately(cleanup), note: 'started for the demo' };
  } catch (error) {
    if (cleanup.ended) {
      throw error;
    }
    return { url: undefined, note: `${PROGRAM} did not start (${error.message}), orders are not dispatched` };
  }
}

/** On a free port, and nothing is written to any folder: a server that runs already is not touched. */
async function startPrivately(cleanup) {
  const port = await freePort();
  const options = [`--port ${port}`, '--bind 127.0.0.1', '--save ', '--appendonly no'];
  const server = new ChildProgram(PROGRAM, options.flatMap((option) => option.split(' ')));
  await cleanup.add(() => server.stop());
  await server.waitForLine(/ready to accept connections/i, START_MILLIS);
  return `redis://127.0.0.1:${port}`;
}
