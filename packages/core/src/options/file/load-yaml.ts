// Not by name: bundles declare a createRequire of their own, and a bundler does not rename one of the two.
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import type * as Yaml from 'yaml';

const PACKAGE = 'yaml';

/**
 * Loads the parser of configuration files, which nothing else needs: that of Otelier's own, else, in a bundle, one beside
 * the program or in the working folder.
 *
 * @returns `undefined` where there is none
 */
export function loadYaml(): typeof Yaml | undefined {
  const [, entry] = process.argv;
  const folders = [...(entry === undefined ? [] : [dirname(entry)]), process.cwd()];
  const files = [ownFile(), ...folders.map((folder) => join(folder, 'otelier.js'))];
  for (const file of files) {
    const loaded = file === undefined ? undefined : loadFrom(file);
    if (loaded !== undefined) {
      return loaded;
    }
  }
  return undefined;
}

function loadFrom(file: string): typeof Yaml | undefined {
  try {
    const loaded = nodeModule.createRequire(file)(PACKAGE) as Partial<typeof Yaml>;
    // An old version has no positions of lines.
    return typeof loaded.LineCounter === 'function' ? (loaded as typeof Yaml) : undefined;
  } catch {
    // Not there; the next place is asked.
    return undefined;
  }
}

/** This file, in either build: what would say so in ES modules does not compile to CommonJS, and the reverse. */
function ownFile(): string | undefined {
  const before = Object.getOwnPropertyDescriptors(Error);
  try {
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (_error, sites) => sites[0]?.getFileName();
    const file: unknown = new Error('where am I').stack;
    return typeof file === 'string' ? file : undefined;
  } catch {
    // Errors are frozen.
    return undefined;
  } finally {
    restore(before);
  }
}

function restore({ prepareStackTrace, stackTraceLimit }: PropertyDescriptorMap): void {
  try {
    Reflect.deleteProperty(Error, 'prepareStackTrace');
    Object.defineProperties(Error, {
      ...(prepareStackTrace && { prepareStackTrace }),
      ...(stackTraceLimit && { stackTraceLimit }),
    });
  } catch {
    // Frozen ones have not been changed.
  }
}
