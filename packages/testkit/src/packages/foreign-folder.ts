import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from './workspace.js';

const execute = promisify(execFile);

/** A folder outside the workspace into which packages are installed as a user installs them. */
export interface ForeignFolder {
  readonly directory: string;
  /** Reads the version that was installed. */
  versionOf(packageName: string): string;
  remove(): void;
}

/**
 * Packs the published packages as they would be published.
 * @returns the tarball of each package by the package's name
 * @throws Error with the output of the packing
 */
export async function packTarballs(directory: string): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await execute(process.execPath, [join(workspaceRoot, 'scripts/pack.mjs'), directory], {
    env: outerEnvironment(),
  });
  return JSON.parse(stdout) as Record<string, string>;
}

/**
 * Makes a folder with the programs of a fixture folder and installs the dependencies there with npm.
 * @throws Error with npm's output when the install fails
 */
export async function installForeignFolder(
  fixtures: string,
  dependencies: Readonly<Record<string, string>>,
): Promise<ForeignFolder> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'otelier-install-')));
  cpSync(join(workspaceRoot, fixtures), directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'foreign', private: true, dependencies }));
  // Overridden peers are warnings, and printed a hundredfold: only errors are of use.
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: directory, env: outerEnvironment(), shell: process.platform === 'win32' };
  await execute('npm', install, options).catch((error: unknown) => {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  return {
    directory,
    versionOf: (packageName) => {
      const manifest = readFileSync(join(directory, 'node_modules', packageName, 'package.json'), 'utf8');
      return (JSON.parse(manifest) as { version: string }).version;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Makes an empty folder that only this run uses. */
export function temporaryFolder(purpose: string): string {
  const directory = join(tmpdir(), `otelier-${purpose}-${process.pid}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** The environment as it was outside the package manager's script, which would tell npm to act on the workspace. */
function outerEnvironment(): NodeJS.ProcessEnv {
  const kept = /^npm_config_(registry|cache|userconfig|proxy|https_proxy|noproxy|cafile)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)));
}
