import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import { guarded } from '../../diagnostics/guarded.js';
import { lazily } from '../../lazily.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import type { Undo } from '../integration.js';
import type { RedisChannels, RedisMessage } from './channel-messages.js';
import type * as ChannelOperationsFile from './channel-operations.js';

const file = lazily(() => require('./channel-operations.js') as typeof ChannelOperationsFile);

/**
 * Observes what a driver publishes: one operation for each command that is no part of a batch, and one for each batch.
 *
 * The driver works in the context of its caller, not in that of the operation: what it opens on the way, such as a
 * connection, outlives the operation.
 */
export function observeChannels(driver: RedisChannels, options: ResolvedDatabaseOptions): Undo {
  const operations = lazily(() => new (file().ChannelOperations)(driver, options));
  const beginCommand = guarded('observing a Redis command', (message: RedisMessage) => operations().beginCommand(message));
  const beginBatch = guarded('observing a Redis batch', (message: RedisMessage) => {
    operations().beginBatch(message);
    operations().openBatch(message);
  });
  const closeBatch = guarded('observing a Redis batch', (message: RedisMessage) => operations().closeBatch(message));
  const finish = guarded('ending a Redis command', (message: RedisMessage) => operations().finish(message));
  const finishIfThrown = (message: RedisMessage): void => {
    if (message.error !== undefined) {
      finish(message);
    }
  };

  const undos = [
    subscribe(`${driver.prefix}:command`, { start: beginCommand, end: finishIfThrown, asyncStart: finish }),
    subscribe(`${driver.prefix}:batch`, {
      start: beginBatch,
      end: (message) => {
        closeBatch(message);
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
