import type { DatabaseServer } from '../../database/database-call.js';
import type { Method } from '../loading/wrapped-methods.js';
import { redisServer } from '../redis/server-address.js';

/** A command of ioredis: it is settled by methods of its own, whoever sends it, and however often. */
export interface IoredisCommand {
  readonly name: unknown;
  readonly args: readonly unknown[];
  resolve: Method;
  reject: Method;
  /** Where it stands in a pipeline; `undefined` outside one. */
  readonly pipelineIndex?: number;
  /** Whether its answer is left out of a pipeline's: the driver has put it in. */
  readonly ignore?: boolean;
  /** Whether it has been published on the channel; missing before 5.11. */
  isTraced?: boolean;
}

/** A pipeline or a transaction. */
export interface IoredisPipeline {
  readonly redis: IoredisClient;
  resolve: Method;
  reject: Method;
}

/** A client, or a cluster of them. */
export interface IoredisClient {
  readonly options: {
    readonly host?: unknown;
    readonly port?: unknown;
    readonly path?: unknown;
    readonly db?: unknown;
    readonly sentinels?: unknown;
  };
  /** Such as `connect`: connected, and not yet ready for the application's commands. */
  readonly status?: unknown;
  /** What the connection was told last, or will be first. */
  readonly condition?: { readonly select?: unknown; readonly auth?: unknown; readonly protocol?: unknown } | null;
  /** The addresses that a cluster was given. */
  readonly startupNodes?: readonly { readonly host?: unknown; readonly port?: unknown }[];
}

/** Whether a value is a command that can be observed. */
export function isCommand(value: unknown): value is IoredisCommand {
  const { resolve, reject } = (value ?? {}) as Partial<IoredisCommand>;
  return typeof resolve === 'function' && typeof reject === 'function';
}

/**
 * Whether the driver itself sends a command, to make a connection ready: it sends nothing else, and most of what the
 * application sends meanwhile is something else.
 */
export function isHandshake({ status, condition }: IoredisClient, { name, args }: IoredisCommand): boolean {
  const first = typeof args[0] === 'string' || typeof args[0] === 'number' ? String(args[0]) : undefined;
  if (status !== 'connect') {
    return false;
  }
  switch (name) {
    case 'info':
    case 'readonly':
      return args.length === 0;
    case 'client':
      return /^set(?:info|name)$/i.test(first ?? '');
    case 'auth':
      return condition?.auth !== undefined && condition.auth !== null;
    case 'cluster':
      // Of a cluster itself; that it is connected it learns by this.
      return args.length === 1 && /^info$/i.test(first ?? '');
    case 'select':
      return first === String(condition?.select);
    case 'hello':
      return first === String(condition?.protocol);
    default:
      return false;
  }
}

/** Where a client's commands go, as it was told. Behind sentinels that is not known beforehand. */
export function serverOf({ options, condition, startupNodes }: IoredisClient): DatabaseServer {
  const { host = 'localhost', port = 6379, path, db = 0, sentinels } = { ...options, ...startupNodes?.[0] };
  const database = condition?.select ?? db;
  if (sentinels !== undefined && sentinels !== null) {
    return redisServer({ address: undefined, port: undefined, database });
  }
  const isSocket = typeof path === 'string' && path !== '';
  return redisServer(isSocket ? { address: path, port: undefined, database } : { address: host, port, database });
}
