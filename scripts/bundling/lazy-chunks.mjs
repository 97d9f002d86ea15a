import { basename, resolve } from 'node:path';

/**
 * A plugin that makes a file of its own of every source that another one loads by `require('./…')`: a literal one, which
 * stays where it was, so that nothing of such a file is read before it is used, and the bundler of an application finds it.
 * @param {string} sources the folder whose files may do so
 * @returns {{ plugin: object, nameOf: (chunk: { name: string }) => string }} `nameOf` says what a file is called that
 *   the bundler makes of itself: never as one of those, although it can hold the code of one that others import as well
 */
export function lazyChunks(sources) {
  const made = new Map();
  const plugin = {
    name: 'lazy-chunks',
    async resolveId(source, importer, { kind }) {
      if (kind !== 'require-call' || !source.startsWith('.') || importer === undefined || !resolve(importer).startsWith(sources)) {
        return null;
      }
      const target = await this.resolve(source, importer, { kind: 'import-statement', skipSelf: true });
      if (target === null) {
        throw new Error(`${importer} requires ${source}, which is not there`);
      }
      const name = basename(target.id, '.ts');
      // Several sources can load the same one.
      if (!made.has(target.id)) {
        made.set(target.id, name);
        this.emitFile({ type: 'chunk', id: target.id, fileName: `${name}.cjs` });
      }
      return { id: `./${name}.cjs`, external: true };
    },
  };
  return { plugin, nameOf: ({ name }) => ([...made.values()].includes(name) ? `${name}-code` : name) };
}
