import { readFileSync } from 'node:fs';
// Not by name: bundles declare a createRequire of their own, and a bundler does not rename one of the two.
import * as nodeModule from 'node:module';
import { join } from 'node:path';

/** A copy of a library that has been loaded already. */
export interface LoadedModule {
  readonly exports: unknown;
  /** From its package.json, read when it is asked for; `undefined` when that can't be read. */
  readonly version: string | undefined;
}

/**
 * Finds the copies of a CommonJS file that are loaded, whoever loaded them and in which order.
 *
 * @param packageName - such as `pg`
 * @param file - the file within the package, with forward slashes, such as `lib/index.js`
 */
function loadedModules(packageName: string, file: string): readonly LoadedModule[] {
  const { cache } = nodeModule.createRequire(join(process.cwd(), 'otelier.js'));
  const ending = `/node_modules/${packageName}/${file}`;
  return Object.keys(cache)
    .filter((path) => path.replaceAll('\\', '/').endsWith(ending))
    .map((path) => ({
      exports: cache[path]?.exports,
      get version() {
        return readVersion(path.slice(0, path.length - file.length));
      },
    }));
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

/** How each newly found copy of a library is patched. */
export interface ModulePatching {
  readonly packageName: string;
  readonly file: string;
  /** Patches one copy and returns the undo. */
  readonly patch: (loaded: LoadedModule) => () => void;
}

/** Patches the copies that are loaded, each once however often it is looked for, and remembers the undos. */
export function patchLoadedModules({ packageName, file, patch }: ModulePatching): {
  readonly scan: () => void;
  readonly stop: () => void;
} {
  const undos = new Map<unknown, () => void>();
  let stopped = false;
  const scan = (): void => {
    if (stopped) {
      return;
    }
    for (const loaded of loadedModules(packageName, file)) {
      if (!undos.has(loaded.exports)) {
        undos.set(loaded.exports, patch(loaded));
      }
    }
  };
  scan();
  return {
    scan,
    stop: () => {
      stopped = true;
      undos.forEach((undo) => undo());
      undos.clear();
    },
  };
}
