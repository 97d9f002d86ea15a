import { existsSync } from 'node:fs';
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisedFiles, readPublishedPackages, workspaceRoot } from './published-packages.mjs';

/** Removes outputs whose source was renamed or deleted: the compiler leaves them, and they would be published. */
async function removeOrphans(directory, format) {
  const output = join(directory, 'dist', format);
  const files = await readdir(output, { recursive: true });
  const orphans = files.filter((file) => {
    const source = file.replace(/(\.d\.ts|\.js)$/, '.ts');
    return source !== file && !existsSync(join(directory, 'src', source));
  });
  await Promise.all(orphans.map((file) => rm(join(output, file))));
}

/**
 * A program that has both formats would see a framework's type extended twice, with types that are not the same: the
 * declarations that extend one are those of the CommonJS build in both.
 */
async function shareAugmentations(directory) {
  const output = join(directory, 'dist', 'esm');
  const files = await readdir(output, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('-augmentation.d.ts'))) {
    const target = join(output, file);
    const original = relative(dirname(target), join(directory, 'dist', 'cjs', file)).replace(/\.d\.ts$/, '.js');
    const { atime, mtime } = await stat(target);
    await writeFile(target, `export * from '${original.replaceAll('\\', '/')}';\n`);
    // The packages that were built on it are not out of date.
    await utimes(target, atime, mtime);
  }
}

const problems = [];
for (const { directory, manifest } of await readPublishedPackages()) {
  await removeOrphans(directory, 'esm');
  await removeOrphans(directory, 'cjs');
  await shareAugmentations(directory);
  const missing = promisedFiles(manifest).filter((file) => !existsSync(join(directory, file)));
  problems.push(...missing.map((file) => relative(workspaceRoot, join(directory, file))));
}

if (problems.length > 0) {
  process.stderr.write(`missing after the build: ${problems.join(', ')}. Run npm run clean, then npm run build.\n`);
  process.exitCode = 1;
}
