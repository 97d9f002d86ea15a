import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
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

const problems = [];
for (const { directory, manifest } of await readPublishedPackages()) {
  await removeOrphans(directory, 'esm');
  await removeOrphans(directory, 'cjs');
  const missing = promisedFiles(manifest).filter((file) => !existsSync(join(directory, file)));
  problems.push(...missing.map((file) => relative(workspaceRoot, join(directory, file))));
}

if (problems.length > 0) {
  process.stderr.write(`missing after the build: ${problems.join(', ')}. Run npm run clean, then npm run build.\n`);
  process.exitCode = 1;
}
