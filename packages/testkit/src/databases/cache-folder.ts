import { accessSync, constants, existsSync } from 'node:fs';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A folder that outlives the run: `node_modules/.cache/otelier` of the workspace, or one of this user's own in the
 * temporary folder where that can't be written.
 * @throws Error when the folder in the temporary folder belongs to somebody else.
 */
export async function cacheFolder(): Promise<string> {
  const preferred = join(workspaceRoot(__dirname), 'node_modules', '.cache', 'otelier');
  try {
    await mkdir(preferred, { recursive: true });
    accessSync(preferred, constants.W_OK);
    return preferred;
  } catch {
    return ownTemporaryFolder();
  }
}

async function ownTemporaryFolder(): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `otelier-cache-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid: owner } = await lstat(folder);
  if (owner !== uid) {
    throw new Error(`${folder} belongs to another user`);
  }
  await chmod(folder, 0o700);
  return folder;
}

function workspaceRoot(folder: string): string {
  if (existsSync(join(folder, 'pnpm-workspace.yaml'))) {
    return folder;
  }
  const parent = dirname(folder);
  return parent === folder ? process.cwd() : workspaceRoot(parent);
}
