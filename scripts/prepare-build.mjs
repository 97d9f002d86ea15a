import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readPublishedPackages } from './published-packages.mjs';

/**
 * Marks the folders of the CommonJS builds: the packages are of type module, so that without this file Node would read
 * them as ES modules. It is written before the compiler runs, and once, because the compiler takes it for an input of
 * the packages that depend on it.
 */
for (const { directory } of await readPublishedPackages()) {
  const marker = join(directory, 'dist/cjs/package.json');
  if (!existsSync(marker)) {
    await mkdir(dirname(marker), { recursive: true });
    await writeFile(marker, '{"type":"commonjs"}\n');
  }
}
