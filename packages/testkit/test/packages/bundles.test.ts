import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importedModules } from '../../src/packages/imported-modules.js';
import { readFiles, workspaceRoot } from '../../src/packages/workspace.js';

const program = `
const [bundler, directory] = process.argv.slice(1);
const { bundlePackage } = await import(bundler);
const manifest = { name: 'sample' };
const { made } = await bundlePackage({ directory, manifest }, { entries: ['index'], format: 'cjs' });
process.stdout.write([...made].sort().join(' '));
`;

/** What bundling a package of these sources prints. */
function bundle(sources: Readonly<Record<string, string>>): { readonly stdout: string; readonly stderr: string } {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'otelier-bundle-')));
  try {
    for (const [path, text] of Object.entries({ 'tsconfig.json': '{}', ...sources })) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const bundler = pathToFileURL(join(workspaceRoot, 'scripts/bundling/bundle-package.mjs')).href;
    const options = ['--input-type=module', '--eval', program, '--', bundler, directory];
    return spawnSync(process.execPath, options, { encoding: 'utf8' });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const lazily = (...paths: string[]): string =>
  paths.map((path, index) => `export const load${index} = () => require('${path}');\n`).join('');

describe('the bundler', () => {
  it('makes a file of its own of each source that is loaded when it is used', () => {
    const { stdout, stderr } = bundle({
      'src/index.ts': lazily('./a/one.js', './b/other.js'),
      'src/a/one.ts': "export const name: string = 'a';",
      'src/b/other.ts': "export const name: string = 'b';",
    });

    expect({ stdout, stderr }).toEqual({ stdout: 'index.cjs one.cjs other.cjs', stderr: '' });
  });

  it('calls the code of such a source by another name where others import it as well', () => {
    const { stdout, stderr } = bundle({
      'src/index.ts': lazily('./one.js', './other.js'),
      'src/part.ts': "export const part: string[] = ['part'];",
      'src/one.ts': "import { part } from './part.js';\nexport const names: string[] = [...part, 'one'];",
      'src/other.ts': "import { names } from './one.js';\nexport * from './part.js';\nexport const all = names;",
    });

    expect({ stdout, stderr }).toEqual({ stdout: 'index.cjs one-code.cjs one.cjs other.cjs', stderr: '' });
  });

  it('refuses two such sources of one name, as one would be loaded for the other', () => {
    const { stdout, stderr } = bundle({
      'src/index.ts': lazily('./a/same.js', './b/same.js'),
      'src/a/same.ts': "export const name: string = 'a';",
      'src/b/same.ts': "export const name: string = 'b';",
    });

    expect(stdout).toBe('');
    expect(stderr).toContain('two sources of sample would become same.cjs');
  });
});

describe('the manifest of core', () => {
  it('says that register has an effect, and all files through which it has it', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(workspaceRoot, 'packages/core/package.json'), 'utf8'));
    const made = readFiles('packages/core/dist', ['register.js', 'register.cjs']);
    const files = made.filter(({ path }) => !path.includes('/'));
    const names = files.flatMap((file) => [file.path, ...importedModules(file).map(({ name }) => name)]);
    const needed = [...new Set(names.map((name) => `./${posix.join('dist', name)}`))].sort();

    expect(files).toHaveLength(2);
    expect(manifest).toHaveProperty('sideEffects', needed);
  });
});
