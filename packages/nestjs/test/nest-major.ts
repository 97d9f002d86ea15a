import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The major version of NestJS that this project of the test run loads. */
export const NEST_MAJOR = readMajor(dirname(require.resolve('@nestjs/core')));

function readMajor(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return manifest.version.split('.')[0] ?? '';
}
