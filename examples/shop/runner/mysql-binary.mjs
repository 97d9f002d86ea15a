import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ChildProgram } from './child-program.mjs';
import { searchPath } from './settings.mjs';

const execute = promisify(execFile);
const INITIALISE_MILLIS = 60_000;

/** Where packages put the server outside the search path. */
const usualFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/mysql/bin', '/opt/homebrew/bin', '/usr/local/bin'];

const systemTables = ['mysql_system_tables.sql', 'mysql_performance_tables.sql', 'mysql_system_tables_data.sql'];

/**
 * @typedef {object} MysqlBinary
 * @property {string} file
 * @property {'MariaDB' | 'MySQL'} product
 */

/**
 * Looks for a server program on this machine.
 * @returns {Promise<MysqlBinary | undefined>}
 */
export async function findMysqlBinary() {
  for (const folder of [...searchPath().split(delimiter), ...usualFolders]) {
    for (const name of ['mariadbd', 'mysqld']) {
      const file = join(folder, name);
      const version = await execute(file, ['--version']).catch(() => undefined);
      if (version) {
        return { file, product: version.stdout.includes('MariaDB') ? 'MariaDB' : 'MySQL' };
      }
    }
  }
  return undefined;
}

/**
 * Makes an empty data folder with a database and a user `shop`.
 * @param {MysqlBinary} binary
 * @param {string} directory
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @returns {Promise<{ initFile: string, options: string[] }>} the statements and options to start the server with
 * @throws {Error} when the server can't do it
 */
export async function initialise({ file, product }, directory, cleanup) {
  const data = join(directory, 'data');
  await mkdir(data);
  // The servers refuse root unless it is named.
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  // A server removes leftovers of others from a temporary folder that it shares with them.
  const options = ['--no-defaults', `--datadir=${data}`, `--tmpdir=${directory}`, ...user];
  const initFile = join(directory, 'init.sql');
  await writeFile(initFile, shopStatements.join('\n'));
  if (product === 'MySQL') {
    const program = new ChildProgram(file, [...options, '--initialize-insecure']);
    await cleanup.add(() => program.stop());
    await mustSucceed(program);
  } else {
    await bootstrapMariadb(file, options, cleanup);
  }
  return { initFile, options };
}

const shopStatements = [
  'CREATE DATABASE IF NOT EXISTS shop;',
  "CREATE USER IF NOT EXISTS 'shop'@'127.0.0.1' IDENTIFIED BY 'shop';",
  "GRANT ALL ON shop.* TO 'shop'@'127.0.0.1';",
];

/** @param {ChildProgram} program */
async function mustSucceed(program) {
  const how = await program.ended;
  if (how !== 'exit code 0') {
    throw new Error(`${how}: ${program.lastLines.at(-1) ?? 'no output'}`);
  }
}

/** MariaDB has no option for it: its own start script feeds these files to `--bootstrap`. */
async function systemStatements(file) {
  const root = dirname(dirname(file));
  const folders = [join(root, 'share/mysql'), join(root, 'share/mariadb'), '/usr/share/mysql', '/usr/share/mariadb'];
  for (const folder of folders) {
    if (await access(join(folder, systemTables[0]), constants.R_OK).then(() => true, () => false)) {
      const scripts = await Promise.all(systemTables.map((name) => readFile(join(folder, name), 'utf8')));
      return ['CREATE DATABASE mysql;', 'USE mysql;', 'SET @auth_root_socket = NULL;', ...scripts].join('\n');
    }
  }
  throw new Error(`${systemTables[0]} was not found`);
}

async function bootstrapMariadb(file, options, cleanup) {
  const running = execute(file, [...options, '--bootstrap', '--skip-log-error'], { timeout: INITIALISE_MILLIS });
  await cleanup.add(() => {
    running.child.kill();
    return running.catch(() => undefined);
  });
  running.child.stdin.end(await systemStatements(file));
  await running;
}
