import { accessSync, constants, readdirSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Finds an executable on PATH, then in further folders; the path has its links resolved. */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...folders]) {
    const file = join(folder, name);
    if (isExecutable(file)) {
      return realpathSync(file);
    }
  }
  return undefined;
}

/** Whether a file is there and may be executed. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Lists `<folder>/<version>/<rest>` for the versions that are there, newest first. */
export function versionFolders(folder: string, rest: string): string[] {
  try {
    const versions = readdirSync(folder).sort((a, b) => parseFloat(b) - parseFloat(a));
    return versions.map((version) => join(folder, version, rest));
  } catch {
    return [];
  }
}
