import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWith, missingServer, runProgram } from '@otelier/testkit';
import type { Program } from '@otelier/testkit';

const fixture = join(__dirname, '../fixtures/databases/hold-servers.cjs');
const kinds = (['postgres', 'mysql', 'redis'] as const).filter((kind) => missingServer(kind) === undefined);

let folder: string;
let program: Program;
let ports: number[];

/** Starts servers of their own in another process, whatever this run was given. */
function runServers(): Promise<Program> {
  return runProgram(fixture, {
    args: kinds,
    env: { OTELIER_TEST_PG_URL: undefined, OTELIER_TEST_MYSQL_URL: undefined, OTELIER_TEST_REDIS_URL: undefined, TMPDIR: folder },
    timeoutMillis: 25_000,
  });
}

async function holdServers(): Promise<void> {
  program = await runServers();
  await program.line(/^ready$/);
  ports = [...program.stdout.matchAll(/^server (\d+)/gm)].map(([, port]) => Number(port));
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function untilGone(): Promise<void> {
  while (readdirSync(folder).length > 0) {
    await sleep(20);
  }
}

function areListening(): Promise<boolean[]> {
  return Promise.all(ports.map(isListening));
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'otelier-servers-'));
  // PostgreSQL runs as another user when this process is root.
  chmodSync(folder, 0o755);
  await holdServers();
});

afterEach(async () => {
  program.kill('SIGKILL');
  await program.exit;
  rmSync(folder, { recursive: true, force: true });
});

describeWith(kinds[0] ?? 'postgres', 'private servers that a program started', () => {
  it('are gone with their files once they were stopped', async () => {
    expect(await areListening()).toEqual(kinds.map(() => true));
    program.kill('SIGTERM');
    expect(await program.exit).toMatchObject({ code: 0, stderr: '' });
    expect(await areListening()).toEqual(kinds.map(() => false));
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['SIGINT', 'SIGKILL'] as const)('are gone with their files after %s ended the program', async (signal) => {
    expect(await areListening()).toEqual(kinds.map(() => true));
    program.kill(signal);
    expect(await program.exit).toMatchObject({ signal });
    await untilGone();
    expect(await areListening()).toEqual(kinds.map(() => false));
  });

  it('leave no files when the program was ended before they were ready', async () => {
    program.kill('SIGKILL');
    await program.exit;
    await untilGone();
    program = await runServers();
    while (readdirSync(folder).length < kinds.length) {
      await sleep(5);
    }
    program.kill('SIGKILL');
    await program.exit;
    await untilGone();
    expect(program.stdout).not.toContain('ready');
  });
});
