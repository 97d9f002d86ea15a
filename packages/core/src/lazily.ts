/**
 * Puts off the loading of a file until what is in it is used: what a process does not use costs it nothing then.
 *
 * @param load - `() => require('./file.js') as typeof File`, with `import type * as File from './file.js'`: of every
 *   relative path in such a `require` the build makes a file of its own, which the bundler of an application finds as well
 * @returns what is in the file, which is asked for each time
 */
export function lazily<T extends object>(load: () => T): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= load());
}
