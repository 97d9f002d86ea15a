import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { publishedFolders, workspaceRoot } from './workspace.js';

/**
 * Tells why the build in dist isn't that of the sources, one sentence each; none when it is.
 *
 * The compiler is asked, as it alone knows what it would build; it doesn't see deleted outputs, so those are looked at.
 */
export function staleOutput(): readonly string[] {
  const missing = publishedFolders
    .flatMap((folder) => ['esm/index.js', 'cjs/index.js', 'cjs/package.json'].map((file) => `packages/${folder}/dist/${file}`))
    .filter((file) => !existsSync(join(workspaceRoot, file)))
    .map((file) => `${file} is missing`);
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(workspaceRoot, 'node_modules/typescript/bin/tsc'), '--build', '--dry', 'packages/nestjs', 'packages/nestjs/tsconfig.cjs.json'],
    { cwd: workspaceRoot, encoding: 'utf8' },
  );
  const outdated = stdout.split('\n').flatMap((line) => /would build project '(.*)'/.exec(line)?.[1] ?? []);
  return [
    ...missing,
    ...outdated.map((project) => `${relative(workspaceRoot, project)} is newer than its output: run npm run build`),
    ...(status === 0 ? [] : [`the compiler can't say what is outdated: ${stdout}${stderr}`]),
  ];
}
