import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const packageManager = 'pnpm@10.34.9';

/** The folder of the other tracers, a package of its own: they are large and nobody else needs them. */
const peersFolder = fileURLToPath(new URL('../peers/', import.meta.url));

/** Whether the other tracers are installed. */
export function arePeersInstalled() {
  return existsSync(`${peersFolder}node_modules/@opentelemetry/sdk-node`);
}

/**
 * Installs the other tracers as their lockfile says.
 * @throws {Error} when the install fails
 */
export async function installPeers() {
  const programArguments = ['-y', packageManager, 'install', '--ignore-workspace', '--frozen-lockfile'];
  const shell = process.platform === 'win32';
  const install = spawn('npx', programArguments, { cwd: peersFolder, stdio: 'inherit', shell });
  const [code] = await once(install, 'close');
  if (code !== 0) {
    throw new Error(`npx ${programArguments.join(' ')} ended with exit code ${code}`);
  }
}

/**
 * The arguments that a contender is started with: those that have to come before the service.
 * @param {string} contender
 * @returns {string[]}
 */
export function preloadOf(contender) {
  const files = {
    official: 'official-preload.mjs',
    'official-traces': 'official-preload.mjs',
    sentry: 'sentry-preload.mjs',
    datadog: 'node_modules/dd-trace/initialize.mjs',
  };
  const file = files[contender];
  return file === undefined ? [] : ['--import', new URL(`../peers/${file}`, import.meta.url).href];
}

/**
 * The versions of the other tracers.
 * @returns {Promise<Record<string, string>>}
 */
export async function peerVersions() {
  const { dependencies } = JSON.parse(await readFile(`${peersFolder}package.json`, 'utf8'));
  return arePeersInstalled() ? dependencies : {};
}

/**
 * Node 24 from the peers; undefined where it is not installed or does not run here.
 * @returns {Promise<string | undefined>} its file
 */
export async function nodeOfPeers() {
  const file = `${peersFolder}node_modules/node-24/bin/node`;
  return promisify(execFile)(file, ['--version']).then(
    () => file,
    () => undefined,
  );
}
