import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { watch } from './watchdog';

/** A user that a server runs as, where it refuses to run as root. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** The unprivileged user to run as when this process is root; undefined when it is not. */
export function unprivilegedUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** A server's folder, which goes when the server or this process does. */
export interface PrivateFolder {
  readonly path: string;
  /** Ends the server in it at once; its data is thrown away. */
  readonly stopSignal: 'SIGQUIT' | 'SIGKILL';
  /** Has the server in it end with this process. */
  watch(pid: number): void;
  /** Removes the folder of a server that has ended. */
  remove(): Promise<void>;
}

/** How to make a private folder. */
export interface PrivateFolderOptions {
  /** Owner of the folder, where it is not this process's user. */
  readonly user?: SystemUser;
  /** Ends the server in it at once; its data is thrown away. */
  readonly stopSignal: 'SIGQUIT' | 'SIGKILL';
}

/** Makes a temporary folder of mode 0700 that belongs to the user, in a place that the user can reach. */
export function createPrivateFolder(prefix: string, { user, stopSignal }: PrivateFolderOptions): PrivateFolder {
  const parent = user && !isReachable(tmpdir()) ? '/tmp' : tmpdir();
  const path = join(parent, `${prefix}${randomBytes(8).toString('hex')}`);
  // Watched before it is there: nothing is left if this process is killed in between.
  const watchdog = watch({ signal: stopSignal, folder: path });
  mkdirSync(path, { mode: 0o700 });
  if (user) {
    chownSync(path, user.uid, user.gid);
  }
  return {
    path,
    stopSignal,
    watch: (pid) => watchdog.add(pid),
    remove: async () => {
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
      watchdog.end();
    },
  };
}

/** Whether every folder on the way to a path may be entered by any user. */
export function isReachable(path: string): boolean {
  const parent = dirname(path);
  return (statSync(path).mode & 0o001) !== 0 && (parent === path || isReachable(parent));
}
