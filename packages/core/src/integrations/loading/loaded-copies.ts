import { readFileSync } from 'node:fs';
// Not by name: bundles declare a createRequire of their own, and a bundler does not rename one of the two.
import * as nodeModule from 'node:module';
import { join } from 'node:path';

/** One loaded copy of a file of a library. */
export interface LoadedCopy {
  /** The file within the package, with forward slashes, such as `lib/index.js`. */
  readonly file: string;
  readonly exports: unknown;
  /** The package's version, read when it is asked for; `undefined` when its package.json can't be read. */
  readonly version: string | undefined;
}

/** Finds the loaded copies of files of a package, whoever loaded them and in which order. */
export function loadedCopies(packageName: string, files: readonly string[]): LoadedCopy[] {
  const { cache } = nodeModule.createRequire(join(process.cwd(), 'otelier.js'));
  const inPackage = `/node_modules/${packageName}/`;
  return Object.keys(cache).flatMap((path) => {
    const normalized = path.replaceAll('\\', '/');
    const start = normalized.lastIndexOf(inPackage);
    const file = normalized.slice(start + inPackage.length);
    const loaded = cache[path];
    // One that is being loaded has not exported everything yet.
    if (start === -1 || !files.includes(file) || loaded?.loaded !== true) {
      return [];
    }
    const directory = path.slice(0, start + inPackage.length);
    return {
      file,
      exports: loaded.exports as unknown,
      get version() {
        return readVersion(directory);
      },
    };
  });
}

/** Whether any file of a package has been loaded, or is being loaded. */
export function isLoaded(packageName: string): boolean {
  const { cache } = nodeModule.createRequire(join(process.cwd(), 'otelier.js'));
  const inPackage = `/node_modules/${packageName}/`;
  return Object.keys(cache).some((path) => path.replaceAll('\\', '/').includes(inPackage));
}

function readVersion(directory: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    // A package without a readable package.json is taken as supported.
    return undefined;
  }
}
