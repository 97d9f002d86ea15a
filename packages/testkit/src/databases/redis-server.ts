import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseServer } from './database-server';
import { startFromFirst } from './database-server';
import { findFreePort } from './free-port';
import { createPrivateFolder } from './private-folder';
import type { RedisBinaries } from './redis-binaries';
import { localRedis, redisFromDebian } from './redis-binaries';
import { askRedis } from './redis-connection';
import { runServer } from './server-process';

/** What a private server is given beside its own settings. */
export interface RedisSettings {
  /** Lines of its configuration, such as `cluster-enabled yes`. */
  readonly lines?: readonly string[];
}

/**
 * Gives a Redis: the one of `OTELIER_TEST_REDIS_URL`, a private one from local binaries, or one from Debian packages
 * that are downloaded and unpacked, not installed. Of one that is given the databases from 1 on are emptied, one for each
 * worker.
 * @throws NoServerError when there is none, Error when the URL does not answer.
 */
export async function startRedis(givenUrl = process.env.OTELIER_TEST_REDIS_URL): Promise<DatabaseServer> {
  if (givenUrl) {
    const version = await versionAt(givenUrl).catch((error: unknown) => {
      throw new Error('OTELIER_TEST_REDIS_URL is set, and the server there does not answer', { cause: error });
    });
    return { url: givenUrl, origin: `${version} at OTELIER_TEST_REDIS_URL`, stop: async () => {} };
  }
  return startPrivateRedis();
}

/**
 * Starts a private Redis, whatever this run was given, for a test that stops it or has it run as a cluster.
 * @throws NoServerError when there is none.
 */
export function startPrivateRedis(settings: RedisSettings = {}): Promise<DatabaseServer> {
  return startFromFirst('Redis', [
    { name: 'local binaries', start: async () => startWith(localRedis(), settings) },
    { name: 'Debian packages', start: async () => startWith(await redisFromDebian(), settings) },
  ]);
}

async function startWith(
  binaries: RedisBinaries | string,
  { lines = [] }: RedisSettings,
): Promise<DatabaseServer | string> {
  if (typeof binaries === 'string') {
    return binaries;
  }
  const folder = createPrivateFolder('otelier-redis-', { stopSignal: 'SIGKILL' });
  const password = randomBytes(12).toString('hex');
  const port = await findFreePort();
  const url = `redis://:${password}@127.0.0.1:${port}`;
  const file = join(folder.path, 'redis.conf');
  // In a file: the arguments of a process can be read by every user.
  writeFileSync(file, configuration({ port, password, folder: folder.path, lines }), { mode: 0o600 });
  let version = '';
  const stop = await runServer({
    file: binaries.server,
    args: [file],
    folder,
    env: binaries.libraries ? { LD_LIBRARY_PATH: binaries.libraries } : {},
    probe: async () => {
      version = await versionAt(url);
    },
  });
  return { url, origin: `${version} from ${binaries.from}`, stop };
}

interface Configuration {
  readonly port: number;
  readonly password: string;
  readonly folder: string;
  readonly lines: readonly string[];
}

/** The data is thrown away: nothing is ever written to the folder. */
function configuration({ port, password, folder, lines }: Configuration): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${folder}`,
    'save ""',
    'appendonly no',
    'databases 256',
    ...lines,
    '',
  ].join('\n');
}

async function versionAt(url: string): Promise<string> {
  const [info = ''] = await askRedis(url, ['INFO', 'server']);
  const [, version] = /^redis_version:(\S+)/m.exec(info) ?? [];
  const [, valkey] = /^valkey_version:(\S+)/m.exec(info) ?? [];
  return valkey === undefined ? `Redis ${version ?? 'of unknown version'}` : `Valkey ${valkey}`;
}
