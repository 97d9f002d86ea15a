import { build } from 'esbuild';
import { fileURLToPath, pathToFileURL } from 'node:url';

const core = fileURLToPath(new URL('../../packages/core', import.meta.url));

/**
 * Imports a module of core which is not public, with what it needs, made from its source: a part is measured by itself.
 * @param {string} path below the sources, without the extension
 */
export async function builtCore(path) {
  // Beneath the package, so that what it takes from others is the package's.
  const outfile = `${core}/node_modules/.cache/otelier-micro/${path.replaceAll('/', '-')}.mjs`;
  await build({
    entryPoints: [`${core}/src/${path}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}
