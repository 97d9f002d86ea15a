import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PrivateFolder } from './private-folder';

/** A server to run in a folder of its own. */
export interface ServerProgram {
  readonly file: string;
  readonly args: readonly string[];
  /** Removed when the server has stopped; its log is `server.log` in there. */
  readonly folder: PrivateFolder;
  /** Variables beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Resolves once the server answers, and rejects while it does not. */
  probe(): Promise<void>;
}

const startTimeoutMillis = 30_000;
const stopTimeoutMillis = 5_000;

/**
 * Starts a server and waits until it answers.
 * @returns its stop function.
 * @throws Error with the end of its log when it exits or does not answer within 30 s; nothing is left behind then.
 */
export async function runServer(program: ServerProgram): Promise<() => Promise<void>> {
  const { folder } = program;
  const logFile = join(folder.path, 'server.log');
  const log = openSync(logFile, 'a');
  const child = spawn(program.file, program.args, {
    cwd: folder.path,
    env: { ...process.env, ...program.env },
    stdio: ['ignore', log, log],
    detached: true,
    ...program.user,
  });
  closeSync(log);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it exited with ${signal ?? code}`));
  });
  if (child.pid !== undefined) {
    folder.watch(child.pid);
  }
  // A program that forgets to stop the server can end all the same; the watchdog sees to the server then.
  child.unref();
  const stop = async (): Promise<void> => {
    await end(child, exited, folder.stopSignal);
    await folder.remove();
  };
  const startUp = new AbortController();
  const failure = await Promise.race([exited, untilReady(program, startUp.signal)]);
  startUp.abort();
  if (failure === undefined) {
    return stop;
  }
  const tail = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join(' | ');
  await stop();
  throw new Error(`${program.file} did not start: ${failure}. Its log ends with: ${tail}`);
}

async function untilReady(program: ServerProgram, signal: AbortSignal): Promise<string | undefined> {
  const deadline = Date.now() + startTimeoutMillis;
  while (!signal.aborted) {
    try {
      await program.probe();
      return undefined;
    } catch (error) {
      if (Date.now() > deadline) {
        return `no answer within ${startTimeoutMillis} ms (${String(error)})`;
      }
    }
    await sleep(20);
  }
  return undefined;
}

async function end(child: ChildProcess, exited: Promise<string>, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined) {
    return;
  }
  child.ref();
  child.kill(signal);
  const timeout = sleep(stopTimeoutMillis, 'timeout' as const, { ref: false });
  if ((await Promise.race([exited, timeout])) === 'timeout') {
    child.kill('SIGKILL');
    await exited;
  }
}
