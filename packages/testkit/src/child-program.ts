import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers';
import { watch } from './databases/watchdog.js';

/** How to run a program. */
export interface ProgramOptions {
  readonly args?: readonly string[];
  /** Variables beside the ones that are inherited; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Arguments of Node itself, such as `--import`. */
  readonly nodeArgs?: readonly string[];
  readonly cwd?: string;
  /** The program is killed after this time. @default 20000 */
  readonly timeoutMillis?: number;
  /** The Node binary. @default process.execPath */
  readonly node?: string;
}

/** How a program ended and all that it wrote. */
export interface ProgramEnd {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running child process. */
export interface Program {
  readonly pid: number;
  /** Everything written so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when the program has ended and its streams are read to the end; never rejects. */
  readonly exit: Promise<ProgramEnd>;
  /**
   * The first line of stdout or stderr, past or to come, that matches.
   * @throws Error with all that was written when the program ends without it.
   */
  line(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Sends a signal. @default 'SIGTERM' */
  kill(signal?: NodeJS.Signals): void;
}

// What describes this test run would change what the program reports about itself.
const notInherited = /^(OTEL_|_OTEL_|OTELIER_(?!TEST_)|JEST_|NODE_ENV$|NODE_OPTIONS$|NODE_V8_COVERAGE$)/;

/**
 * Runs a JavaScript file in a Node process of its own, without this process's `OTEL_*`, `OTELIER_*` and `NODE_ENV`.
 * @throws Error when the process can't be started.
 */
export async function runProgram(file: string, options: ProgramOptions = {}): Promise<Program> {
  const { args = [], nodeArgs = [], timeoutMillis = 20_000 } = options;
  const child = spawn(options.node ?? process.execPath, [...nodeArgs, file, ...args], {
    cwd: options.cwd,
    env: environment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = capture(child);
  const exit = new Promise<ProgramEnd>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, ...output.text }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid ?? 0;
  const watchdog = watch({ signal: 'SIGKILL' });
  watchdog.add(pid);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMillis);
  void exit.then(() => {
    clearTimeout(timer);
    watchdog.end();
  });
  return {
    pid,
    get stdout() {
      return output.text.stdout;
    },
    get stderr() {
      return output.text.stderr;
    },
    exit,
    line: (pattern) => output.line(pattern, exit),
    kill: (signal = 'SIGTERM') => void child.kill(signal),
  };
}

function environment(changes: ProgramOptions['env'] = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !notInherited.test(name));
  const wanted = Object.entries({ ...Object.fromEntries(inherited), ...changes });
  return Object.fromEntries(wanted.filter(([, value]) => value !== undefined));
}

interface CapturedOutput {
  readonly text: { stdout: string; stderr: string };
  line(pattern: RegExp, exit: Promise<ProgramEnd>): Promise<RegExpMatchArray>;
}

function capture(child: ChildProcess): CapturedOutput {
  const text = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (piece: string) => {
      text[name] += piece;
      for (const look of watchers) {
        look();
      }
    });
  }
  return {
    text,
    line: (pattern, exit) =>
      new Promise((resolve, reject) => {
        const look = (isEnd = false): boolean => {
          const found = [text.stdout, text.stderr]
            .flatMap((all) => lines(all, isEnd))
            .find((line) => line.match(pattern));
          const match = found?.match(pattern);
          if (match) {
            watchers.delete(watcher);
            resolve(match);
          }
          return Boolean(match);
        };
        const watcher = (): void => void look();
        watchers.add(watcher);
        if (look()) {
          return;
        }
        void exit.then(({ code, signal, stdout, stderr }) => {
          if (look(true)) {
            return;
          }
          watchers.delete(watcher);
          reject(
            new Error(`The program ended (${signal ?? code}) without a line like ${pattern}.\n${stdout}\n${stderr}`),
          );
        });
      }),
  };
}

function lines(text: string, isEnd: boolean): string[] {
  const all = text.split('\n');
  // The last piece may still grow.
  return isEnd ? all : all.slice(0, -1);
}
