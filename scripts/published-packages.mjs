import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace. */
export const workspaceRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** Folder names below packages/ of what is published, in the order in which they depend on one another. */
export const publishedFolders = ['core', 'express', 'fastify', 'nestjs'];

/**
 * Reads the manifests of the published packages.
 * @returns {Promise<{ folder: string, directory: string, manifest: Record<string, any> }[]>}
 */
export async function readPublishedPackages() {
  return Promise.all(
    publishedFolders.map(async (folder) => {
      const directory = join(workspaceRoot, 'packages', folder);
      const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
      return { folder, directory, manifest };
    }),
  );
}

/**
 * The files that an exports map, `main` and `types` promise, relative to the package.
 * @param {Record<string, any>} manifest
 * @returns {string[]}
 */
export function promisedFiles(manifest) {
  const files = new Set();
  const visit = (value) => {
    if (typeof value === 'string') {
      files.add(value);
      return;
    }
    Object.values(value ?? {}).forEach(visit);
  };
  visit([manifest.exports, manifest.main, manifest.types].filter((value) => value !== undefined));
  return [...files];
}
