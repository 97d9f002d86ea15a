import type { RunningIntegration, Undo } from '../integration.js';
import { onLoad } from './load-hook.js';
import { loadedCopies, type LoadedCopy } from './loaded-copies.js';

/** A library, and what is done with each copy of its files. */
export interface ObservedLibrary {
  /** Its name in the package registry. */
  readonly packageName: string;
  /** By the file, with forward slashes, such as `lib/index.js`: observes one copy of it and returns the undo. */
  readonly files: Readonly<Record<string, (copy: LoadedCopy) => Undo>>;
  /**
   * Files that those require themselves. Of a main file that is imported the module system does not tell, but of what
   * that requires.
   */
  readonly innerFiles?: readonly string[];
}

/** Observes the copies of a library that are loaded, each once, and each that is loaded later. */
export function observeCopies({ packageName, files, innerFiles = [] }: ObservedLibrary): RunningIntegration {
  const names = Object.keys(files);
  const undos = new Map<unknown, Undo>();
  let isRunning = true;
  let isScanQueued = false;

  function scan(): void {
    for (const copy of isRunning ? loadedCopies(packageName, names) : []) {
      const observe = files[copy.file];
      if (observe !== undefined && !undos.has(copy.exports)) {
        undos.set(copy.exports, observe(copy));
      }
    }
  }

  /** Now for who goes on with what has been loaded, and once more when that which requires it has been loaded too. */
  function scanTwice(): void {
    scan();
    if (!isScanQueued) {
      isScanQueued = true;
      queueMicrotask(() => {
        isScanQueued = false;
        scan();
      });
    }
  }

  const unhook = onLoad(packageName, [...names, ...innerFiles], scanTwice);
  scan();
  return {
    scan,
    stop: () => {
      isRunning = false;
      unhook();
      undos.forEach((undo) => undo());
      undos.clear();
    },
  };
}

/** Several libraries as one. */
export function observeAllCopies(libraries: readonly ObservedLibrary[]): RunningIntegration {
  const running = libraries.map(observeCopies);
  return {
    scan: () => running.forEach(({ scan }) => scan()),
    stop: () => running.forEach(({ stop }) => stop()),
  };
}
