import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import type { DatabaseServer } from './database-server';
import { startFromFirst } from './database-server';
import { mariadbFromDebian } from './debian-mariadb';
import { findFreePort } from './free-port';
import type { MysqlBinaries } from './mysql-binaries';
import { localMysql, systemTables } from './mysql-binaries';
import { createPrivateFolder } from './private-folder';
import { runServer } from './server-process';

const administrator = 'otelier';

// The data is thrown away, so nothing has to survive a crash; small buffers start quickly.
const settings = [
  '--bind-address=127.0.0.1',
  '--skip-name-resolve',
  '--skip-log-bin',
  '--performance-schema=OFF',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-flush-method=nosync',
  '--innodb-buffer-pool-size=32M',
  '--character-set-server=utf8mb4',
];

/**
 * Gives a MySQL or MariaDB: the one of `OTELIER_TEST_MYSQL_URL`, a private one from local binaries, or one from Debian
 * packages that are downloaded and unpacked, not installed.
 * @throws NoServerError when there is none, Error when the URL does not answer.
 */
export async function startMysql(givenUrl = process.env.OTELIER_TEST_MYSQL_URL): Promise<DatabaseServer> {
  if (givenUrl) {
    const version = await versionAt(givenUrl).catch((error: unknown) => {
      throw new Error('OTELIER_TEST_MYSQL_URL is set, and the server there does not answer', { cause: error });
    });
    return { url: givenUrl, origin: `${version} at OTELIER_TEST_MYSQL_URL`, stop: async () => {} };
  }
  return startFromFirst('MySQL', [
    { name: 'local binaries', start: async () => startPrivate(localMysql()) },
    { name: 'Debian packages', start: async () => startPrivate(await mariadbFromDebian()) },
  ]);
}

async function startPrivate(binaries: MysqlBinaries | string): Promise<DatabaseServer | string> {
  if (typeof binaries === 'string') {
    return binaries;
  }
  const folder = createPrivateFolder('otelier-mysql-', { stopSignal: 'SIGKILL' });
  const password = randomBytes(12).toString('hex');
  const port = await findFreePort();
  const url = `mysql://${administrator}:${password}@127.0.0.1:${port}/mysql`;
  const env: Record<string, string> = binaries.libraries ? { LD_LIBRARY_PATH: binaries.libraries } : {};
  const common = commonArguments(binaries, folder.path);
  try {
    await createTables(binaries, { folder: folder.path, common, env });
  } catch (error) {
    await folder.remove();
    throw error;
  }
  const startSql = join(folder.path, 'start.sql');
  writeFileSync(startSql, grants(password), { mode: 0o600 });
  const addresses = [`--port=${port}`, `--socket=${join(folder.path, 's')}`, `--pid-file=${join(folder.path, 'pid')}`];
  let version = '';
  const stop = await runServer({
    file: binaries.server,
    args: [...common, ...settings, ...addresses, `--init-file=${startSql}`],
    folder,
    env,
    probe: async () => {
      version = await versionAt(url);
    },
  });
  return { url, origin: `${version} from ${binaries.from}`, stop };
}

function commonArguments(binaries: MysqlBinaries, folder: string): string[] {
  const { share } = binaries;
  return [
    '--no-defaults',
    `--datadir=${join(folder, 'data')}`,
    // A server removes leftovers of others from the folder that it shares with them: their tables in use.
    `--tmpdir=${folder}`,
    ...(share ? [`--lc-messages-dir=${share}`, `--character-sets-dir=${join(share, 'charsets')}`] : []),
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
}

interface Installation {
  readonly folder: string;
  readonly common: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

async function createTables(binaries: MysqlBinaries, { folder, common, env }: Installation): Promise<void> {
  mkdirSync(join(folder, 'data'));
  const mode =
    binaries.flavor === 'MariaDB' ? ['--bootstrap', '--innodb-flush-method=nosync'] : ['--initialize-insecure'];
  await new Promise<void>((resolve, reject) => {
    const options = { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 16 * 2 ** 20 };
    const child = execFile(binaries.server, [...common, ...mode], options, (error) =>
      error ? reject(error) : resolve(),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(binaries.flavor === 'MariaDB' ? systemTables(binaries) : '');
  });
}

// The server reads one statement a line.
function grants(password: string): string {
  return [
    `CREATE USER '${administrator}'@'%' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO '${administrator}'@'%' WITH GRANT OPTION;`,
    '',
  ].join('\n');
}

async function versionAt(url: string): Promise<string> {
  const connection = await createConnection({ uri: url, connectTimeout: 5_000 });
  try {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
    const version = String(rows[0]?.['version']);
    return `${version.includes('MariaDB') ? 'MariaDB' : 'MySQL'} ${version.split('-')[0]}`;
  } finally {
    connection.destroy();
  }
}
