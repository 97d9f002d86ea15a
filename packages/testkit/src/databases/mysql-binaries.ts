import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from './program-search';

/** A MySQL or MariaDB server program and what it needs. */
export interface MysqlBinaries {
  readonly flavor: 'MariaDB' | 'MySQL';
  readonly server: string;
  /** Messages, character sets and the statements that make the system tables; MariaDB only. */
  readonly share?: string;
  /** Folder of shared libraries that the machine may lack. */
  readonly libraries?: string;
  /** Where it came from, for people. */
  readonly from: string;
}

const folders = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec', '/usr/local/mysql/bin', '/opt/homebrew/bin'];

/** Finds `mariadbd` or `mysqld` on this machine; a text says why there is none. */
export function localMysql(): MysqlBinaries | string {
  const server = findProgram('mariadbd', folders) ?? findProgram('mysqld', folders);
  if (!server) {
    return 'no mariadbd or mysqld on PATH or in the usual folders';
  }
  const version = execFileSync(server, ['--no-defaults', '--version'], { encoding: 'utf8' });
  if (!version.includes('MariaDB')) {
    return { flavor: 'MySQL', server, from: server };
  }
  const share = findShare(dirname(dirname(server)));
  return share ? { flavor: 'MariaDB', server, share, from: server } : `no system tables for ${server}`;
}

/** Finds MariaDB's `share` folder beneath an installation's prefix. */
export function findShare(prefix: string): string | undefined {
  const candidates = ['mysql', 'mariadb'].map((name) => join(prefix, 'share', name));
  return candidates.find((share) => tableFile(share, 'system_tables') !== undefined);
}

/**
 * The statements that make MariaDB's system tables.
 * @throws Error when the files that hold them are not there.
 */
export function systemTables({ share = '' }: MysqlBinaries): string {
  const statements = ['system_tables', 'system_tables_data'].map((name) => {
    const file = tableFile(share, name);
    if (!file) {
      throw new Error(`no ${name}.sql in ${share}`);
    }
    return readFileSync(file, 'utf8');
  });
  return ['CREATE DATABASE mysql;', 'USE mysql;', ...statements].join('\n');
}

// MariaDB 11 renamed mysql_*.sql to mariadb_*.sql.
function tableFile(share: string, name: string): string | undefined {
  return ['mysql', 'mariadb'].map((prefix) => join(share, `${prefix}_${name}.sql`)).find((file) => existsSync(file));
}
