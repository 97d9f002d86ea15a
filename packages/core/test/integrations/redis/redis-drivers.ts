import * as ioredis from 'ioredis';
import * as ioredis4 from 'ioredis-4';
import * as ioredis5 from 'ioredis-5';
import * as redis from 'redis';
import * as redis4 from 'redis-4';
import * as redis5 from 'redis-5';

/** One client of a driver, by what all of them can do. */
export interface RedisConnection {
  /** Sends a command by the driver's method of its own, such as `hgetall`, with words as its arguments. */
  command(name: 'get' | 'set' | 'lpush' | 'incr', ...args: string[]): Promise<unknown>;
  /** Sends a command by its words. */
  send(words: string[]): Promise<unknown>;
  /** Sends commands together, as a transaction or without one. */
  batch(kind: 'MULTI' | 'PIPELINE', commands: readonly string[][]): Promise<unknown>;
  /** Waits on a list. */
  waitFor(key: string): Promise<unknown>;
  close(): Promise<unknown>;
}

/** A driver of Redis in one version. */
export interface RedisDriver {
  readonly name: string;
  /** What the application imports. */
  readonly module: unknown;
  /** Whether a batch is named after its commands too, where all are the same. */
  readonly namesBatches: boolean;
  connect(url: string): Promise<RedisConnection>;
}

type NodeRedis = Pick<typeof redis, 'createClient'>;
type NodeRedisClient = ReturnType<typeof redis.createClient>;

/** Every driver in every line of versions that is observed in another way. */
export const REDIS_DRIVERS: readonly RedisDriver[] = [
  { name: 'ioredis 6', module: ioredis, namesBatches: true, connect: ioredisConnector(ioredis.Redis) },
  { name: 'ioredis 5.10', module: ioredis5, namesBatches: true, connect: ioredisConnector(classOf(ioredis5)) },
  { name: 'ioredis 4', module: ioredis4, namesBatches: true, connect: ioredisConnector(classOf(ioredis4)) },
  { name: 'redis 6', module: redis, namesBatches: false, connect: nodeRedisConnector(redis) },
  { name: 'redis 5.11', module: redis5, namesBatches: true, connect: nodeRedisConnector(redis5 as unknown as NodeRedis) },
  { name: 'redis 4', module: redis4, namesBatches: true, connect: nodeRedisConnector(redis4 as unknown as NodeRedis) },
];

/** The methods that are used have not changed; the declarations around them have. */
export function classOf(module: unknown): typeof ioredis.Redis {
  return (module as { default: typeof ioredis.Redis }).default;
}

function ioredisConnector(Redis: typeof ioredis.Redis): RedisDriver['connect'] {
  return async (url) => {
    const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on('error', () => {});
    await client.connect();
    const methods = client as unknown as Record<string, BatchMethod>;
    return {
      command: (name, ...args) => methods[name]?.(...args) ?? Promise.reject(),
      send: ([name = '', ...args]) => client.call(name, ...args),
      batch: async (kind, commands) => {
        const batch = kind === 'MULTI' ? client.multi() : client.pipeline();
        return batchOf(batch as unknown as Record<string, BatchMethod>, commands, (name) => name.toLowerCase()).exec?.();
      },
      waitFor: (key) => client.blpop(key, 0),
      close: async () => client.disconnect(),
    };
  };
}

function nodeRedisConnector({ createClient }: NodeRedis): RedisDriver['connect'] {
  return async (url) => {
    const client = createClient({ url, socket: { reconnectStrategy: false } }) as NodeRedisClient;
    client.on('error', () => {});
    await client.connect();
    const methods = client as unknown as Record<string, BatchMethod>;
    return {
      command: (name, ...args) => methods[name === 'lpush' ? 'lPush' : name]?.(...args) ?? Promise.reject(),
      send: (words) => client.sendCommand(words),
      batch: async (kind, commands) => {
        const batch = batchOf(client.multi() as unknown as Record<string, BatchMethod>, commands, (name) => name);
        return kind === 'MULTI' ? batch.exec?.() : batch.execAsPipeline?.();
      },
      waitFor: (key) => client.blPop(key, 0),
      close: async () => (client.isOpen ? client.disconnect() : undefined),
    };
  };
}

type BatchMethod = (...args: string[]) => Promise<unknown>;

function batchOf(
  batch: Record<string, BatchMethod>,
  commands: readonly string[][],
  method: (name: string) => string,
): Record<string, BatchMethod> {
  commands.forEach(([name = '', ...args]) => void batch[method(name)]?.(...args));
  return batch;
}
