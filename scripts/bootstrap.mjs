import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './child-process.mjs';
import { promisedFiles, readPublishedPackages, workspaceRoot } from './published-packages.mjs';

const packageManager = 'pnpm@10.34.9';
const installStamp = join(workspaceRoot, 'node_modules/.cache/otelier/installed');

/**
 * Makes a fresh clone ready to run with nothing but Node and npm: installs when the lockfile isn't what was installed
 * last, then builds. Both are quick when there is nothing to do.
 * @returns {Promise<void>}
 * @throws {Error} when the install or the build fails
 */
export async function bootstrap() {
  const lockfile = createHash('sha256').update(await readFile(join(workspaceRoot, 'pnpm-lock.yaml'))).digest('hex');
  if (!(await isInstalled(lockfile))) {
    await must('npx', ['-y', packageManager, 'install', '--frozen-lockfile', '--prefer-offline']);
    await mkdir(dirname(installStamp), { recursive: true });
    await writeFile(installStamp, lockfile);
  }
  await build();
}

/** The stamp is compared by content: a checkout changes the lockfile's time, not what it asks for. */
async function isInstalled(lockfile) {
  if (!existsSync(join(workspaceRoot, 'node_modules/.modules.yaml'))) {
    return false;
  }
  const installed = await readFile(installStamp, 'utf8').catch(() => '');
  return installed === lockfile;
}

/** The compiler decides by its own records what is out of date, but it doesn't see that an output was deleted. */
async function build() {
  for (const { directory, manifest } of await readPublishedPackages()) {
    const isWhole = promisedFiles(manifest).every((file) => existsSync(join(directory, file)));
    if (!isWhole) {
      await rm(join(directory, 'dist'), { recursive: true, force: true });
    }
  }
  await must('npm', ['run', '--silent', 'build']);
}

async function must(program, programArguments) {
  const code = await run(program, programArguments);
  if (code !== 0) {
    throw new Error(`${program} ${programArguments.join(' ')} ended with exit code ${code}`);
  }
}
