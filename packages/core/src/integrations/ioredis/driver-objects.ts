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
  /** What the connection was told last. */
  readonly condition?: { readonly select?: unknown } | null;
  /** The addresses that a cluster was given. */
  readonly startupNodes?: readonly { readonly host?: unknown; readonly port?: unknown }[];
}

/** Whether a value is a command that can be observed. */
export function isCommand(value: unknown): value is IoredisCommand {
  const { resolve, reject } = (value ?? {}) as Partial<IoredisCommand>;
  return typeof resolve === 'function' && typeof reject === 'function';
}

const HANDSHAKE = new Set<unknown>(['auth', 'client', 'hello', 'info', 'readonly', 'select']);

/** Whether the driver itself sends a command, to make a connection ready: the application's wait meanwhile. */
export function isHandshake({ status }: IoredisClient, { name }: IoredisCommand): boolean {
  return status === 'connect' && HANDSHAKE.has(name);
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
