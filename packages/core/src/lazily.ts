const all = new Set<() => unknown>();

/**
 * Puts off the loading of a file until what is in it is used: what a process does not use costs it nothing then.
 *
 * @param load - `() => require('./file.js') as typeof File`, with `import type * as File from './file.js'`: of every
 *   relative path in such a `require` the build makes a file of its own, which the bundler of an application finds as well
 * @returns what is in the file, which is asked for each time
 */
export function lazily<T extends object>(load: () => T): () => T {
  let loaded: T | undefined;
  const ask = (): T => (loaded ??= load());
  all.add(ask);
  return ask;
}

/** Loads what has been put off, for where that can't be done later. */
export function loadAll(): void {
  // Those that are put off in a file that is loaded here come behind.
  all.forEach((ask) => ask());
}
