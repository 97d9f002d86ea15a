import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import { moduleExports, type Integration, type Undo } from './integration.js';
import { answeringCaller } from './loading/caller-context.js';
import { patchModules } from './loading/patched-modules.js';
import { isSupported, versionWithin } from './loading/supported-versions.js';
import { methodOwner, wrapMethod } from './loading/wrapped-methods.js';
import { isChannelProbe, publishesCommands } from './redis/channel-probe.js';
import { observeOldClients } from './redis/old-client.js';
import { observeChannels } from './redis/redis-channels.js';

const DRIVER = { name: 'redis', from: '4.1.0', below: '7.0.0' };
/** The client is a package of its own, whose versions are others than those of `redis` before 5. */
const CLIENT = { packageName: '@redis/client', file: 'dist/lib/client/index.js' };
const CLIENT_POOL = { packageName: '@redis/client', file: 'dist/lib/client/pool.js' };
/** From here on the client publishes its commands itself. */
const FIRST_WITH_CHANNELS = '5.12.0';

/** Redis by node-redis: its tracing channels from 5.12 on; before, the methods of its class. */
export const redisIntegration: Integration = {
  name: 'redis',

  start({ database }) {
    const undoChannels = observeChannels({ prefix: 'node-redis', leadingArguments: 1, ignores: isChannelProbe }, database);
    const patched = [
      patchModules({
        ...CLIENT,
        patch: ({ exports, version }) =>
          versionWithin(version, '1.1.0', FIRST_WITH_CHANNELS)
            ? observeClients(prototypeOf(defaultExport(exports)), database)
            : () => {},
      }),
      patchModules({ ...CLIENT_POOL, patch: ({ exports }) => bindPool(moduleExports(exports)['RedisClientPool']) }),
      // Where the main file lies tells an old version from a new one.
      ...['index.js', 'dist/index.js'].map((file) =>
        patchModules({
          packageName: 'redis',
          file,
          patch: ({ version }) => {
            isSupported(DRIVER, version);
            return () => {};
          },
        }),
      ),
    ];
    return {
      scan: () => patched.forEach(({ scan }) => scan()),
      stop: () => {
        undoChannels();
        patched.forEach(({ stop }) => stop());
      },
    };
  },

  handOver: {
    recognizes(module) {
      const { createClient, createCluster } = moduleExports(module);
      return [createClient, createCluster].every((value) => typeof value === 'function');
    },

    attach(module, { database }) {
      const { createClient, RedisClientPool } = moduleExports(module) as {
        createClient: () => { sendCommand(words: string[]): Promise<unknown> };
        RedisClientPool?: unknown;
      };
      // The class is not among the exports; a client that is not connected shows it.
      const client = createClient();
      const undos = [
        bindPool(RedisClientPool),
        publishesCommands(client) ? () => {} : observeClients(methodOwner(client, 'sendCommand'), database),
      ];
      return () => undos.forEach((undo) => undo());
    },
  },
};

function observeClients(prototype: object | undefined, options: ResolvedDatabaseOptions): Undo {
  if (prototype === undefined) {
    return () => {};
  }
  const undos = [
    // A command that waits for a connection of its own gets it from whoever gives one back.
    wrapMethod(prototype, 'executeIsolated', answeringCaller),
    observeOldClients(prototype, options),
  ];
  return () => undos.forEach((undo) => undo());
}

/** What waits for a connection of a pool gets it from whoever gives one back; it goes on as itself. */
function bindPool(RedisClientPool: unknown): Undo {
  const prototype = prototypeOf(RedisClientPool);
  return prototype === undefined ? () => {} : wrapMethod(prototype, 'execute', answeringCaller);
}

function prototypeOf(value: unknown): object | undefined {
  return (value as { readonly prototype?: object } | undefined)?.prototype;
}

function defaultExport(exports: unknown): unknown {
  return (exports as { default?: unknown } | undefined)?.default;
}
