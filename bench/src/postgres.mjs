import { createRequire } from 'node:module';
import { register } from 'esbuild-register/dist/node.js';

/**
 * The PostgreSQL of the tests, which are TypeScript: a given URL, local binaries, or the npm package.
 * @param {string | undefined} givenUrl
 * @returns {Promise<{ url?: string, origin: string, stop: () => Promise<void> }>} without a URL where there is none
 */
export async function startPostgres(givenUrl) {
  const compiler = register({ target: 'node20' });
  try {
    const require = createRequire(import.meta.url);
    const testkit = require('@otelier/testkit/src/databases/postgres-server.ts');
    return await testkit.startPostgres(givenUrl ?? process.env.OTELIER_TEST_PG_URL);
  } catch (error) {
    return { origin: error.message, stop: async () => {} };
  } finally {
    compiler.unregister();
  }
}
