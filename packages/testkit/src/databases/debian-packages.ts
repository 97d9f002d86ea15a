import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aptLists } from './apt-lists';
import type { AptLists } from './apt-lists';
import { cacheFolder } from './cache-folder';
import { findProgram } from './program-search';

const run = promisify(execFile);

/** Packages of the distribution that are wanted as files. */
export interface DebianPackages {
  /** The tree's name in the cache. */
  readonly name: string;
  /** The packages that hold the programs; the libraries that these depend on come with them. */
  readonly packages: readonly [string, ...string[]];
}

/** Packages that are unpacked, not installed. */
export interface UnpackedPackages {
  /** The folder that holds `usr` and the like. */
  readonly root: string;
  /** Folder of the shared libraries that came with them, for `LD_LIBRARY_PATH`. */
  readonly libraries: string;
}

/**
 * Downloads packages of the distribution and unpacks them into the cache, once for all runs; a text says why not.
 * @throws Error when a package can't be downloaded or unpacked.
 */
export async function unpackPackages(wanted: DebianPackages): Promise<UnpackedPackages | string> {
  if (!findProgram('apt-get') || !findProgram('dpkg')) {
    return 'no apt-get and dpkg here';
  }
  const cache = await cacheFolder();
  const root = join(cache, `${wanted.name}-${release()}-${process.arch}`);
  if (!existsSync(root)) {
    await fetchTree(wanted, cache, root);
  }
  return { root, libraries: join(root, 'libraries') };
}

// The libraries fit the release that they came from, so another release gets a tree of its own.
function release(): string {
  const text = readFileSync('/etc/os-release', 'utf8');
  const field = (name: string): string => new RegExp(`^${name}="?([\\w.-]+)`, 'm').exec(text)?.[1] ?? 'unknown';
  return `${field('ID')}-${field('VERSION_ID')}`;
}

// Another run may be doing the same: the tree comes into being at once, by its last step.
async function fetchTree({ packages: wanted }: DebianPackages, cache: string, root: string): Promise<void> {
  const folder = await mkdtemp(join(cache, 'unpacking-'));
  try {
    const packages = join(folder, 'packages');
    const tree = join(folder, 'tree');
    await mkdir(packages);
    await download(wanted, await aptLists(wanted[0], cache), packages);
    for (const file of await readdir(packages)) {
      await run('dpkg', ['-x', join(packages, file), tree]);
    }
    await collectLibraries(tree);
    await rename(tree, root).catch((error: unknown) => {
      if (!existsSync(root)) {
        throw error;
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function download(packages: readonly string[], lists: AptLists, folder: string): Promise<void> {
  const onlyDepends = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
    (kind) => `--no-${kind}`,
  );
  const { stdout } = await run('apt-cache', [...lists.options, 'depends', ...onlyDepends, ...packages]);
  // A minimal machine lacks some of the libraries. The C library must be the machine's own.
  const named = [...stdout.matchAll(/^\s*\|?Depends: ([^<\s]+)$/gm)].map(([, name]) => name ?? '');
  const libraries = named.filter((name) => /^(lib|zlib|lua)/.test(name) && name !== 'libc6');
  await run('apt-get', [...lists.options, 'download', ...new Set([...packages, ...libraries])], { cwd: folder });
}

// Debian's multi-arch folder has a name of its own per architecture; one folder of links is enough for the loader.
async function collectLibraries(tree: string): Promise<void> {
  const { stdout } = await run('find', [tree, '-name', '*.so*', '(', '-type', 'f', '-o', '-type', 'l', ')']);
  const libraries = join(tree, 'libraries');
  await mkdir(libraries);
  for (const file of stdout
    .trim()
    .split('\n')
    .filter((line) => /\/lib\//.test(line))) {
    await run('cp', ['-P', file, libraries]);
  }
}
