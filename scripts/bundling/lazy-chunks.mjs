import { basename, resolve } from 'node:path';

/**
 * A plugin that makes a file of its own of every source that another one loads by `require('./…')`: a literal one, which
 * stays where it was, so that nothing of such a file is read before it is used, and the bundler of an application finds it.
 * @param {string} sources the folder whose files may do so
 */
export function lazyChunks(sources) {
  return {
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
      this.emitFile({ type: 'chunk', id: target.id, fileName: `${name}.cjs` });
      return { id: `./${name}.cjs`, external: true };
    },
  };
}
