import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workspaceRoot } from '../published-packages.mjs';

/**
 * What the build of a package is made from, as one text: it is written beside the build, which is that of the sources as
 * long as the text is the same.
 * @param {string} directory of the package
 * @returns {Promise<string>}
 */
export async function fingerprint(directory) {
  const hash = createHash('sha256');
  const folders = [join(directory, 'src'), join(workspaceRoot, 'scripts/bundling')];
  const listed = await Promise.all(folders.map(filesBelow));
  const ofPackage = ['package.json', 'tsconfig.json'].map((file) => join(directory, file));
  const ofAll = ['pnpm-lock.yaml', 'scripts/bundle.mjs', 'tsconfig.base.json'].map((file) => join(workspaceRoot, file));
  const single = [...ofPackage, ...ofAll];
  for (const file of [...listed.flat(), ...single]) {
    hash.update(file.slice(workspaceRoot.length).replaceAll('\\', '/'));
    hash.update(await readFile(file));
  }
  return hash.digest('hex');
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)).sort();
}
