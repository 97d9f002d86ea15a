import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workspaceRoot } from './published-packages.mjs';

const execute = promisify(execFile);

/** Folders of people's accounts, as they get into files by copying output: the account's name is required. */
const accountFolder = /(?<![\w.~-])\/(?:home|Users)\/[A-Za-z0-9_.-]+\/|(?<![\w.~-])\/root\/[A-Za-z0-9_.-]/;

/** A tarball address in the lockfile binds every later install to the registry of the machine that wrote it. */
const tarballAddress = /^\s*(?:resolution: .*)?tarball: (?!file:)/m;

/**
 * Looks for what would tell where the project was worked on: the host of the configured registry, paths of this
 * machine, and addresses of tarballs in the lockfile.
 * @returns {Promise<string[]>} one sentence for each find
 */
export async function findMachineTraces() {
  const { stdout } = await execute('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: workspaceRoot,
    maxBuffer: 2 ** 26,
  });
  const files = stdout.split('\0').filter((file) => file !== '');
  const needles = [...(await registryHosts()), `${workspaceRoot}/`, `${homedir()}/`].filter((text) => text.length > 3);
  const finds = await Promise.all(files.map((file) => tracesIn(file, needles)));
  return finds.flat();
}

async function tracesIn(file, needles) {
  // A file that is listed and was deleted since has nothing to tell.
  const text = await readFile(join(workspaceRoot, file), 'utf8').catch(() => '');
  const finds = needles.filter((needle) => text.includes(needle)).map((needle) => `${file} holds ${needle}`);
  const account = accountFolder.exec(text);
  if (account !== null) {
    finds.push(`${file} holds a path of a machine: ${account[0]}`);
  }
  if (file === 'pnpm-lock.yaml' && tarballAddress.test(text)) {
    finds.push('pnpm-lock.yaml holds the address of a tarball');
  }
  return finds;
}

/** The hosts that the package managers of this machine are set to use, without those that name the machine itself. */
async function registryHosts() {
  const { stdout } = await execute('npm', ['config', 'get', 'registry'], {
    cwd: workspaceRoot,
    shell: process.platform === 'win32',
  });
  const hosts = [stdout.trim()].filter((address) => URL.canParse(address)).map((address) => new URL(address).host);
  return hosts.filter((host) => !/^(localhost|127\.0\.0\.1)(:|$)/.test(host));
}
