import { join } from 'node:path';
import { unpackPackages } from './debian-packages';
import type { MysqlBinaries } from './mysql-binaries';
import { findShare } from './mysql-binaries';
import { isExecutable } from './program-search';

const serverPackage = 'mariadb-server-core';

/**
 * MariaDB from the distribution's packages, downloaded and unpacked into the cache, not installed; a text says why not.
 * @throws Error when a package can't be downloaded or unpacked.
 */
export async function mariadbFromDebian(): Promise<MysqlBinaries | string> {
  const unpacked = await unpackPackages({ name: 'mariadb', packages: [serverPackage] });
  if (typeof unpacked === 'string') {
    return unpacked;
  }
  const { root, libraries } = unpacked;
  const server = join(root, 'usr', 'sbin', 'mariadbd');
  const share = findShare(join(root, 'usr'));
  if (!isExecutable(server) || !share) {
    return `${serverPackage} in ${root} holds no server`;
  }
  return { flavor: 'MariaDB', server, share, libraries, from: 'Debian packages' };
}
