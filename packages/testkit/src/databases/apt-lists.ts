import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Package lists that know a package. */
export interface AptLists {
  /** Options for `apt-get` and `apt-cache` that select these lists. */
  readonly options: readonly string[];
}

/**
 * The machine's package lists where they know the package, else private ones that are fetched into the cache. Those
 * need no rights and change nothing on the machine, so they serve root and an ordinary user alike.
 * @throws Error when the package is in neither.
 */
export async function aptLists(packageName: string, cache: string): Promise<AptLists> {
  const system: AptLists = { options: [] };
  if (await knows(system, packageName)) {
    return system;
  }
  const lists = join(cache, 'apt', 'lists');
  const archives = join(cache, 'apt', 'archives');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(archives, 'partial'), { recursive: true });
  const settings = [
    `Dir::State::lists=${lists}`,
    `Dir::Cache=${join(cache, 'apt')}`,
    `Dir::Cache::archives=${archives}`,
    // Root would hand the download to a user who may not write here.
    'APT::Sandbox::User=root',
  ];
  const own: AptLists = { options: settings.flatMap((setting) => ['-o', setting]) };
  if (!(await knows(own, packageName))) {
    await run('apt-get', [...own.options, 'update']);
  }
  if (await knows(own, packageName)) {
    return own;
  }
  throw new Error(`the package lists do not know ${packageName}`);
}

async function knows(lists: AptLists, packageName: string): Promise<boolean> {
  const { stdout } = await run('apt-cache', [...lists.options, 'policy', packageName]);
  return /Candidate: (?!\(none\))/.test(stdout);
}
