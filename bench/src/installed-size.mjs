import { execFile } from 'node:child_process';
import { lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packAll } from '../../scripts/pack.mjs';

const BLOCK_BYTES = 512;
const SHOWN = 10;

/**
 * Packs the packages, installs `@otelier/express` with npm, without its peers, which the user has, and measures what is
 * there then.
 * @returns {Promise<{ megabytes: number, diskMegabytes: number, packages: Record<string, number> }>} the sum of the
 *   file sizes, the blocks on the disk, and the file sizes of the ten largest packages
 * @throws {Error} when packing or installing fails
 */
export async function measureInstalledSize() {
  const folder = await mkdtemp(join(tmpdir(), 'otelier-size-'));
  try {
    const tarballs = await packAll(join(folder, 'tarballs'));
    const files = ['@otelier/core', '@otelier/express'].map((name) => `file:${tarballs[name]}`);
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }));
    const programArguments = ['install', '--no-audit', '--no-fund', '--legacy-peer-deps', ...files];
    await promisify(execFile)('npm', programArguments, { cwd: folder, shell: process.platform === 'win32' });
    const modules = join(folder, 'node_modules');
    const names = await packagesIn(modules);
    const sizes = await Promise.all(names.map(async (name) => [name, await sizeOf(join(modules, name))]));
    const largest = sizes.toSorted(([, a], [, b]) => b.bytes - a.bytes).slice(0, SHOWN);
    const { bytes, diskBytes } = await sizeOf(modules);
    return {
      megabytes: bytes / 1e6,
      diskMegabytes: diskBytes / 1e6,
      packages: Object.fromEntries(largest.map(([name, size]) => [name, size.bytes / 1e6])),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function packagesIn(modules) {
  const names = (await readdir(modules)).filter((name) => !name.startsWith('.'));
  const inScope = async (scope) => (await readdir(join(modules, scope))).map((name) => `${scope}/${name}`);
  const nested = await Promise.all(names.map(async (name) => (name.startsWith('@') ? inScope(name) : [name])));
  return nested.flat();
}

/** Both counts of `du`: what the files hold, and the blocks that files and folders take. */
async function sizeOf(path) {
  const status = await lstat(path);
  if (!status.isDirectory()) {
    return { bytes: status.size, diskBytes: status.blocks * BLOCK_BYTES };
  }
  const inside = await Promise.all((await readdir(path)).map((entry) => sizeOf(join(path, entry))));
  const sum = (name) => inside.reduce((total, size) => total + size[name], 0);
  return { bytes: sum('bytes'), diskBytes: status.blocks * BLOCK_BYTES + sum('diskBytes') };
}
