import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { workspaceRoot } from './published-packages.mjs';

/** What a build or a test run leaves behind, below the workspace and below each of its packages. */
const products = ['dist', 'coverage', '.cache', 'tsconfig.tsbuildinfo'];
const parents = ['packages', 'examples', 'examples/shop'];

const nested = await Promise.all(
  parents.map(async (parent) => {
    const entries = await readdir(join(workspaceRoot, parent), { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name));
  }),
);

const directories = ['.', ...nested.flat()].filter((directory) => !directory.includes('node_modules'));
await Promise.all(
  directories.flatMap((directory) =>
    products.map((product) => rm(join(workspaceRoot, directory, product), { recursive: true, force: true })),
  ),
);
