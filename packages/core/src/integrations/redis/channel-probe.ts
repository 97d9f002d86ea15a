import { tracingChannel } from 'node:diagnostics_channel';
import type { RedisMessage } from './channel-messages.js';

/** A command that no server has, and that no server gets. */
const PROBE = 'OTELIER.PROBE';

/**
 * Whether a copy of node-redis publishes its commands on its channels.
 *
 * A bundled copy does not tell its version, so it is asked: a client that is not connected refuses a command, and the
 * channel is listened to meanwhile.
 */
export function publishesCommands(client: { sendCommand(words: string[]): Promise<unknown> }): boolean {
  const { start } = tracingChannel('node-redis:command');
  let published = false;
  const listener = (): void => {
    published = true;
  };
  start.subscribe(listener);
  try {
    client.sendCommand([PROBE]).catch(() => {});
  } finally {
    start.unsubscribe(listener);
  }
  return published;
}

/** Whether a message is of {@link publishesCommands}. */
export function isChannelProbe({ command }: Pick<RedisMessage, 'command'>): boolean {
  return command === PROBE;
}
