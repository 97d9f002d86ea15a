import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { workspaceRoot } from './workspace.js';

/**
 * Tells why the build in dist isn't that of the sources, one sentence each; none when it is. The build is asked, as it
 * alone knows what it was made from.
 */
export function staleOutput(): readonly string[] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(workspaceRoot, 'scripts/bundle.mjs'), '--check'], {
    cwd: workspaceRoot,
    encoding: 'utf8',
  });
  const outdated = stdout.split('\n').filter((line) => line !== '');
  return [...outdated, ...(status === 0 ? [] : [`the build can't say what is outdated: ${stderr}`])];
}
