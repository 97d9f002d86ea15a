import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { run } from './child-process.mjs';
import { workspaceRoot } from './published-packages.mjs';

try {
  await bootstrap();
  process.exitCode = await run(process.execPath, [
    join(workspaceRoot, 'node_modules/jest/bin/jest.js'),
    ...process.argv.slice(2),
  ]);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
