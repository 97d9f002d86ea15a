import { spawn } from 'node:child_process';

// The shell sees the end of its input when this process is gone, however it went (also by SIGKILL). The gentler signal
// comes first: a PostgreSQL that is killed leaves its shared memory behind.
const script = `
pids=
while read -r pid; do pids="$pids $pid"; done
for pid in $pids; do
  kill -s "$1" -- "$pid" 2>/dev/null
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    kill -s 0 -- "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -s KILL -- "$pid" 2>/dev/null
done
[ -n "$2" ] || exit 0
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf -- "$2" 2>/dev/null && exit 0
  sleep 0.2
done`;

/** How to clean up after this process. */
export interface WatchOptions {
  /** Sent to each child a second before SIGKILL. */
  readonly signal: 'SIGQUIT' | 'SIGKILL';
  /** Removed after the children have ended. */
  readonly folder?: string;
}

/** Cleans up should this process end before it could do so itself. */
export interface Watchdog {
  /** Has a child of this process ended too. */
  add(pid: number): void;
  /** Ends the watch, once the children have ended and the folder is removed. */
  end(): void;
}

/** Starts a watchdog in a small process of its own. */
export function watch({ signal, folder = '' }: WatchOptions): Watchdog {
  // Detached: a Ctrl-C in the terminal reaches the whole process group, and must not end the watchdog first.
  const dog = spawn('/bin/sh', ['-c', script, 'watchdog', signal.slice('SIG'.length), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  dog.on('error', () => {});
  dog.stdin.on('error', () => {});
  dog.unref();
  if ('unref' in dog.stdin && typeof dog.stdin.unref === 'function') {
    dog.stdin.unref();
  }
  return {
    add: (pid) => {
      dog.stdin.write(`${pid}\n`);
    },
    end: () => {
      dog.kill('SIGKILL');
    },
  };
}
