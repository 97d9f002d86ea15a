import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * @typedef {object} Database
 * @property {string | undefined} url undefined when there is none
 * @property {string} note what it is, for people
 */

/**
 * The PostgreSQL of the inventory: the server that was given, or PGlite, which is PostgreSQL as WebAssembly and runs
 * wherever Node does.
 * @param {string | undefined} givenUrl
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @returns {Promise<Database>}
 * @throws {Error} when PGlite does not start
 */
export async function providePostgres(givenUrl, cleanup) {
  if (givenUrl) {
    return { url: givenUrl, note: 'the server of SHOP_PG_URL' };
  }
  const worker = new Worker(new URL('./pglite-worker.mjs', import.meta.url));
  await cleanup.add(() => worker.terminate());
  const [url] = await once(worker, 'message');
  return { url, note: 'PGlite, embedded; SHOP_PG_URL takes a server of yours' };
}
