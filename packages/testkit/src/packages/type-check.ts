import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { workspaceRoot } from './workspace.js';

/** How a consumer's compiler finds declarations, and the files that it can compile in that way. */
export interface Resolution {
  readonly compiler: 'TypeScript 6' | 'TypeScript 7';
  readonly module: string;
  readonly moduleResolution: string;
  readonly files: readonly string[];
}

const compilers = { 'TypeScript 6': 'typescript6/bin/tsc6', 'TypeScript 7': 'typescript/bin/tsc' } as const;

/** No `--skipLibCheck`: the declarations of the packages are what is checked. */
const strictly = '--noEmit --strict --skipLibCheck false --experimentalDecorators --esModuleInterop --target es2022 --lib es2023 --types node'.split(' ');

const commonJs = ['consumer.cts', 'nest-consumer.cts'];

/**
 * Every way that the two compilers offer: node10 is gone from TypeScript 7, and under node16 a CommonJS file can't
 * import NestJS 12, which is ESM only.
 */
export const resolutions: readonly Resolution[] = [
  { compiler: 'TypeScript 6', module: 'node16', moduleResolution: 'node16', files: ['consumer.mts', 'consumer.cts'] },
  { compiler: 'TypeScript 6', module: 'nodenext', moduleResolution: 'nodenext', files: ['consumer.mts', ...commonJs] },
  { compiler: 'TypeScript 6', module: 'esnext', moduleResolution: 'bundler', files: ['consumer.mts'] },
  { compiler: 'TypeScript 6', module: 'commonjs', moduleResolution: 'node10', files: commonJs },
  { compiler: 'TypeScript 7', module: 'node16', moduleResolution: 'node16', files: ['consumer.mts', 'consumer.cts'] },
  { compiler: 'TypeScript 7', module: 'nodenext', moduleResolution: 'nodenext', files: ['consumer.mts', ...commonJs] },
  { compiler: 'TypeScript 7', module: 'esnext', moduleResolution: 'bundler', files: ['consumer.mts'] },
];

/** Compiles files of a folder strictly, all declarations included; returns what the compiler found wrong. */
export function typeErrors(directory: string, resolution: Resolution): string {
  const { compiler, module, moduleResolution, files } = resolution;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(workspaceRoot, 'node_modules', compilers[compiler]),
      ...strictly,
      '--module',
      module,
      '--moduleResolution',
      moduleResolution,
      ...(moduleResolution === 'node10' ? ['--ignoreDeprecations', '6.0'] : []),
      ...files,
    ],
    { cwd: directory, encoding: 'utf8' },
  );
  return `${stdout}${stderr}`.trim();
}
