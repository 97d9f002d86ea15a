import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProgram } from './child-program.mjs';
import { freePort } from './free-port.mjs';
import { findMysqlBinary, initialise } from './mysql-binary.mjs';

const START_MILLIS = 30_000;

/**
 * The MySQL of the payment service: the server that was given, or a private one from a local binary, or none.
 * @param {string | undefined} givenUrl
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @returns {Promise<import('./postgres.mjs').Database>}
 */
export async function provideMysql(givenUrl, cleanup) {
  if (givenUrl) {
    return { url: givenUrl, note: 'the server of SHOP_MYSQL_URL' };
  }
  const binary = await findMysqlBinary();
  if (!binary) {
    return {
      url: undefined,
      note: 'none found: payment answers without its query (SHOP_MYSQL_URL takes a server)',
    };
  }
  try {
    return { url: await startPrivately(binary, cleanup), note: `${binary.product}, started for the demo` };
  } catch (error) {
    if (cleanup.ended) {
      throw error;
    }
    return { url: undefined, note: `${binary.file} did not start (${error.message}), payment answers without its query` };
  }
}

/** In a temporary folder and on a free port: a server that runs already is not touched. */
async function startPrivately(binary, cleanup) {
  const directory = await mkdtemp(join(tmpdir(), 'otelier-shop-'));
  await cleanup.add(() => rm(directory, { recursive: true, force: true }));
  const { initFile, options } = await initialise(binary, directory, cleanup);
  const port = await freePort();
  const server = new ChildProgram(binary.file, [
    ...options,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    `--socket=${join(directory, 'mysql.sock')}`,
    `--pid-file=${join(directory, 'mysql.pid')}`,
    `--init-file=${initFile}`,
  ]);
  await cleanup.add(() => server.stop());
  await server.waitForLine(/(mariadbd|mysqld)(\.exe)?: ready for connections/, START_MILLIS);
  return `mysql://shop:shop@127.0.0.1:${port}/shop`;
}
