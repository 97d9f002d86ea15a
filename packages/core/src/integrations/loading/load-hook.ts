// Not by name: bundles declare a createRequire of their own, and a bundler does not rename one of the two.
import * as nodeModule from 'node:module';
import { guarded } from '../../diagnostics/guarded.js';
import type { Undo } from '../integration.js';

/** Who wants to know of files of a package. */
interface Watch {
  /** Where the package begins in the path of one of its files. */
  readonly folder: string;
  /** `undefined` for all, each before it is loaded. */
  readonly files: readonly string[] | undefined;
  readonly listener: () => void;
}

type Load = (this: unknown, filename: string) => void;

/** Some runtimes have no such class, and it is no documented part of it. */
type ModuleSystem = { readonly Module?: { readonly prototype?: { load?: Load } } };

const watches = new Set<Watch>();
let restore: Undo | undefined;

/**
 * Tells that a file of a package has been loaded, by `require` or by `import`, also where an application has registered
 * hooks for that.
 *
 * The method that is replaced for it is called once for each file, after all ways that lead there, while `require` is
 * called thousands of times at the start of a service.
 *
 * @param files - within the package, with forward slashes
 */
export function onLoad(packageName: string, files: readonly string[], listener: () => void): Undo {
  return addWatch({ folder: `/node_modules/${packageName}/`, files, listener });
}

/** Tells that a file of a package, whichever, is going to be loaded. */
export function beforeLoad(packageName: string, listener: () => void): Undo {
  return addWatch({ folder: `/node_modules/${packageName}/`, files: undefined, listener });
}

function addWatch(watch: Watch): Undo {
  watches.add(watch);
  restore ??= replaceLoad();
  return () => {
    watches.delete(watch);
    if (watches.size === 0) {
      restore?.();
      restore = undefined;
    }
  };
}

const announce = guarded('looking at a file that is loaded', (path: string): void => {
  for (const { folder, files, listener } of watches) {
    if (files === undefined && path.includes(folder)) {
      listener();
    }
  }
});

const tell = guarded('looking at a file that was loaded', (path: string): void => {
  for (const { folder, files, listener } of watches) {
    const start = path.lastIndexOf(folder);
    if (start !== -1 && files?.includes(path.slice(start + folder.length)) === true) {
      listener();
    }
  }
});

function replaceLoad(): Undo {
  const prototype = (nodeModule as ModuleSystem).Module?.prototype;
  const original = prototype?.load;
  if (prototype === undefined || typeof original !== 'function') {
    return () => {};
  }
  const load: Load = function (filename) {
    const path = filename.replaceAll('\\', '/');
    announce(path);
    original.call(this, filename);
    tell(path);
  };
  prototype.load = load;
  return () => {
    // Whoever has replaced it since then keeps what it has, and nobody is told any more.
    if (prototype.load === load) {
      prototype.load = original;
    }
  };
}
