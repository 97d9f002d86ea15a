import type { ResolvedDatabaseOptions } from '../options/resolved-options.js';
import { lazily } from '../lazily.js';
import { moduleExports, type Integration, type Undo } from './integration.js';
import { answeringCaller } from './loading/caller-context.js';
import { observeAllCopies } from './loading/observed-copies.js';
import { versionWithin, whereSupported } from './loading/supported-versions.js';
import { methodOwner, wrapMethod } from './loading/wrapped-methods.js';
import { isChannelProbe, publishesCommands } from './redis/channel-probe.js';
import type * as OldClient from './redis/old-client.js';
import { observeChannels } from './redis/redis-channels.js';

const oldClients = lazily(() => require('./redis/old-client.js') as typeof OldClient);

const DRIVER = { name: 'redis', from: '4.1.0', below: '7.0.0' };
/** From here on the client publishes its commands itself. */
const FIRST_WITH_CHANNELS = '5.12.0';
/** Of older and of newer versions. */
const MAIN_FILES = ['index.js', 'dist/index.js'];

/** Redis by node-redis: its tracing channels from 5.12 on; before, the methods of its class. */
export const redisIntegration: Integration = {
  name: 'redis',

  start({ database }) {
    const undoChannels = observeChannels({ prefix: 'node-redis', leadingArguments: 1, ignores: isChannelProbe }, database);
    const { scan, stop } = observeAllCopies([
      {
        // A package of its own, whose versions are others than those of `redis` before 5.
        packageName: '@redis/client',
        files: {
          'dist/lib/client/index.js': ({ exports, version }) =>
            versionWithin(version, '1.1.0', FIRST_WITH_CHANNELS)
              ? observeClients(prototypeOf(defaultExport(exports)), database)
              : () => {},
          'dist/lib/client/pool.js': ({ exports }) => bindPool(moduleExports(exports)['RedisClientPool']),
        },
      },
      {
        packageName: 'redis',
        files: Object.fromEntries(MAIN_FILES.map((file) => [file, whereSupported(DRIVER, () => () => {})])),
      },
    ]);
    return {
      scan,
      stop: () => {
        undoChannels();
        stop();
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
    oldClients().observeOldClients(prototype, options),
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
