import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of the workspace. */
export const workspaceRoot = resolve(__dirname, '../../../..');

/** Folder names below packages/ of what is published. */
export const publishedFolders = ['core', 'express', 'fastify', 'nestjs'] as const;

/** The folder name of a published package. */
export type PublishedFolder = (typeof publishedFolders)[number];

/** A file of a package, its path relative to the folder that was listed, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the files below a folder of the workspace whose names end as asked.
 * @throws when the folder isn't there
 */
export function readFiles(folder: string, endings: readonly string[]): readonly SourceFile[] {
  const directory = join(workspaceRoot, folder);
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .sort()
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(directory, path), 'utf8') }));
}
