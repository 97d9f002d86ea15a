import { join } from 'node:path';
import { unpackPackages } from './debian-packages';
import { findProgram, isExecutable } from './program-search';

/** A Redis server program and what it needs. */
export interface RedisBinaries {
  readonly server: string;
  /** Folder of shared libraries that the machine may lack. */
  readonly libraries?: string;
  /** Where it came from, for people. */
  readonly from: string;
}

const folders = ['/usr/bin', '/usr/local/bin', '/opt/redis/bin', '/opt/homebrew/bin'];

/** Finds `redis-server` on this machine; a text says why there is none. */
export function localRedis(): RedisBinaries | string {
  const server = findProgram('redis-server', folders);
  return server ? { server, from: server } : 'no redis-server on PATH or in the usual folders';
}

/**
 * Redis from the distribution's packages, downloaded and unpacked into the cache, not installed; a text says why not.
 * @throws Error when a package can't be downloaded or unpacked.
 */
export async function redisFromDebian(): Promise<RedisBinaries | string> {
  // The program itself lies in redis-tools; redis-server has a link to it.
  const unpacked = await unpackPackages({ name: 'redis', packages: ['redis-server', 'redis-tools'] });
  if (typeof unpacked === 'string') {
    return unpacked;
  }
  const server = join(unpacked.root, 'usr', 'bin', 'redis-server');
  return isExecutable(server)
    ? { server, libraries: unpacked.libraries, from: 'Debian packages' }
    : `redis-server in ${unpacked.root} holds no server`;
}
