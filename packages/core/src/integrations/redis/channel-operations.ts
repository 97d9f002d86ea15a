import { batchQuery } from '../../database/command-query.js';
import type { DatabaseServer } from '../../database/database-call.js';
import { DatabaseOperation } from '../../database/database-operation.js';
import { objectNotes } from '../../given-object.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import type { RedisChannels, RedisMessage } from './channel-messages.js';
import { describeCommand } from './describe-command.js';
import { isHousekeeping } from './housekeeping.js';
import { batchFailure, redisFailure } from './redis-failure.js';
import { redisServer } from './server-address.js';

/** What the channels of one driver tell of: an operation for each command that is no part of a batch, and for each batch. */
export class ChannelOperations {
  private openBatches = 0;
  private readonly operations = objectNotes<RedisMessage, DatabaseOperation>();

  constructor(
    private readonly driver: RedisChannels,
    private readonly options: ResolvedDatabaseOptions,
  ) {}

  beginCommand(message: RedisMessage): void {
    const isPart = this.openBatches > 0 || (message.batchMode !== undefined && batchSize(message) > 1);
    const args = (message.args ?? []).slice(this.driver.leadingArguments);
    if (!isPart && !this.driver.ignores(message) && !isHousekeeping(message.command, args[0])) {
      const query = describeCommand(message.command, args, this.options);
      this.operations.set(message, new DatabaseOperation({ query, server: serverOf(message) }, this.options));
    }
  }

  beginBatch(message: RedisMessage): void {
    const [kind, size] = [message.batchMode === 'PIPELINE' ? 'PIPELINE' : 'MULTI', batchSize(message)] as const;
    // Of a pipeline with one command the command itself is told.
    if ((kind === 'MULTI' || size > 1) && !this.driver.ignores(message)) {
      const query = batchQuery({ kind, size });
      this.operations.set(message, new DatabaseOperation({ query, server: serverOf(message) }, this.options));
    }
  }

  /** ioredis tells the commands of a transaction too, while it sends them. */
  openBatch(message: RedisMessage): void {
    this.openBatches += Number(this.operations.get(message) !== undefined);
  }

  closeBatch(message: RedisMessage): void {
    this.openBatches -= Number(this.operations.get(message) !== undefined);
  }

  finish(message: RedisMessage): void {
    const failure = redisFailure(message.error) ?? (message.batchMode === undefined ? undefined : batchFailure(message.result));
    this.operations.get(message)?.end({ failure });
  }
}

function batchSize({ batchSize: size }: RedisMessage): number {
  return typeof size === 'number' ? size : 0;
}

function serverOf({ database, serverAddress, serverPort }: RedisMessage): DatabaseServer {
  return redisServer({ address: serverAddress, port: serverPort, database });
}
