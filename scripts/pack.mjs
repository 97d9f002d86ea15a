import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { publishedFolders, workspaceRoot } from './published-packages.mjs';

/**
 * Packs every published package as it would be published.
 * @param {string} directory where the tarballs go
 * @returns {Promise<Record<string, string>>} the tarball of each package, by the package's name
 * @throws {Error} with the package manager's output when packing fails
 */
export async function packAll(directory) {
  const destination = resolve(directory);
  await mkdir(destination, { recursive: true });
  const filters = publishedFolders.flatMap((folder) => ['--filter', `./packages/${folder}`]);
  const { stdout } = await promisify(execFile)(
    'npx',
    ['-y', 'pnpm@10.34.9', '--recursive', ...filters, 'pack', '--pack-destination', destination, '--json'],
    { cwd: workspaceRoot, maxBuffer: 2 ** 26, shell: process.platform === 'win32' },
  );
  return Object.fromEntries(JSON.parse(stdout).map(({ name, filename }) => [name, filename]));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${JSON.stringify(await packAll(process.argv[2] ?? 'tarballs'), null, 2)}\n`);
}
