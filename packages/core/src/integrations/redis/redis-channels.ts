import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import type { DatabaseServer } from '../../database/database-call.js';
import { batchQuery } from '../../database/command-query.js';
import { DatabaseOperation } from '../../database/database-operation.js';
import { guarded } from '../../diagnostics/guarded.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import type { Undo } from '../integration.js';
import { describeCommand } from './describe-command.js';
import { isHousekeeping } from './housekeeping.js';
import { batchFailure, redisFailure } from './redis-failure.js';
import { redisServer } from './server-address.js';

/** What node-redis and ioredis say of a command or a batch on their channels. */
export interface RedisMessage {
  readonly command?: unknown;
  /** node-redis puts the command's name in front. */
  readonly args?: readonly unknown[];
  readonly database?: unknown;
  /** A host, or the path of a socket. */
  readonly serverAddress?: unknown;
  readonly serverPort?: unknown;
  /** `MULTI` or `PIPELINE`; also on a command that is part of one. */
  readonly batchMode?: unknown;
  readonly batchSize?: unknown;
  /** How it ended. */
  readonly error?: unknown;
  readonly result?: unknown;
}

/** How one driver uses its channels. */
export interface RedisChannels {
  /** What the channels' names begin with. */
  readonly prefix: 'node-redis' | 'ioredis';
  /** How many arguments stand in front of what the command was given. */
  readonly leadingArguments: 0 | 1;
  /** Whether a message is none of the application's, or is seen otherwise. */
  readonly ignores: (message: RedisMessage) => boolean;
}

/**
 * Observes what a driver publishes: one operation for each command that is no part of a batch, and one for each batch.
 *
 * The driver works in the context of its caller, not in that of the operation: what it opens on the way, such as a
 * connection, outlives the operation.
 */
export function observeChannels(driver: RedisChannels, options: ResolvedDatabaseOptions): Undo {
  let openBatches = 0;
  const operations = new WeakMap<RedisMessage, DatabaseOperation>();

  const beginCommand = guarded('observing a Redis command', (message: RedisMessage) => {
    const isPart = openBatches > 0 || (message.batchMode !== undefined && batchSize(message) > 1);
    const args = (message.args ?? []).slice(driver.leadingArguments);
    if (!isPart && !driver.ignores(message) && !isHousekeeping(message.command, args[0])) {
      const query = describeCommand(message.command, args, options);
      operations.set(message, new DatabaseOperation({ query, server: serverOf(message) }, options));
    }
  });

  const beginBatch = guarded('observing a Redis batch', (message: RedisMessage) => {
    const [kind, size] = [message.batchMode === 'PIPELINE' ? 'PIPELINE' : 'MULTI', batchSize(message)] as const;
    // Of a pipeline with one command the command itself is told.
    if ((kind === 'MULTI' || size > 1) && !driver.ignores(message)) {
      const query = batchQuery({ kind, size });
      operations.set(message, new DatabaseOperation({ query, server: serverOf(message) }, options));
    }
  });

  const finish = guarded('ending a Redis command', (message: RedisMessage) => {
    const failure = redisFailure(message.error) ?? (message.batchMode === undefined ? undefined : batchFailure(message.result));
    operations.get(message)?.end({ failure });
  });
  const finishIfThrown = (message: RedisMessage): void => {
    if (message.error !== undefined) {
      finish(message);
    }
  };

  const undos = [
    subscribe(`${driver.prefix}:command`, { start: beginCommand, end: finishIfThrown, asyncStart: finish }),
    subscribe(`${driver.prefix}:batch`, {
      // ioredis tells the commands of a transaction too, while it sends them.
      start: (message) => {
        beginBatch(message);
        openBatches += Number(operations.has(message));
      },
      end: (message) => {
        openBatches -= Number(operations.has(message));
        finishIfThrown(message);
      },
      asyncStart: finish,
    }),
  ];
  return () => undos.forEach((undo) => undo());
}

function subscribe(name: string, subscribers: Partial<TracingChannelSubscribers<RedisMessage>>): Undo {
  const channel = tracingChannel<RedisMessage>(name);
  channel.subscribe(subscribers as TracingChannelSubscribers<RedisMessage>);
  return () => {
    channel.unsubscribe(subscribers as TracingChannelSubscribers<RedisMessage>);
  };
}

function batchSize({ batchSize: size }: RedisMessage): number {
  return typeof size === 'number' ? size : 0;
}

function serverOf({ database, serverAddress, serverPort }: RedisMessage): DatabaseServer {
  return redisServer({ address: serverAddress, port: serverPort, database });
}
