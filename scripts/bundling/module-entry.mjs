import { createRequire } from 'node:module';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/**
 * Writes what ES modules import, and its declarations: files that hand on what the CommonJS ones export, so that a process
 * has one copy, however it is loaded, and a framework's type is extended once.
 * @param {string} directory of the package
 * @param {string} entry
 * @throws {Error} when Node does not find a name in the CommonJS file, or the default export has no name of its own
 */
export async function writeModuleEntry(directory, entry) {
  const dist = join(directory, 'dist');
  // Loading it would set the process of the build up.
  const exported = entry === 'register' ? {} : require(join(dist, `${entry}.cjs`));
  const names = Object.keys(exported).filter((name) => name !== 'default').sort();
  const handOn = (list, file) => (list.length === 0 ? `import '${file}';\n` : `export { ${list.join(', ')} } from '${file}';\n`);
  const main = defaultName(exported, names);
  // The default export of a CommonJS file is, to Node, all of it.
  const own = main === undefined ? [] : [`${main} as default`];
  await writeFile(join(dist, `${entry}.js`), handOn([...names, ...own], `./${entry}.cjs`));
  const types = `./types/${entry}.js`;
  await writeFile(join(dist, `${entry}.d.ts`), `export * from '${types}';\n${own.length === 0 ? '' : handOn(own, types)}`);
  if (names.length > 0) {
    await import(pathToFileURL(join(dist, `${entry}.js`)).href);
  }
}

function defaultName(exported, names) {
  if (!('default' in exported)) {
    return undefined;
  }
  const name = names.find((other) => exported[other] === exported.default);
  if (name === undefined) {
    throw new Error('a default export needs a name as well');
  }
  return name;
}
