import type * as diagnosticsChannel from 'node:diagnostics_channel';
import { createRequire } from 'node:module';

// Jest runs this file before each test file (setupFiles); the module that it changes is one for the whole worker.

const HELD = Symbol.for('otelier.testkit.held-channels');

type DiagnosticsChannel = typeof diagnosticsChannel;

/** As it is required, and can be changed. */
type Holder = { -readonly [K in keyof DiagnosticsChannel]: DiagnosticsChannel[K] } & { [HELD]?: Set<unknown> };

/**
 * Lets no channel of this worker be collected. Node 20 forgets a channel when an older one of the same name, from the
 * test file before, is finalized: whoever asks for it afterwards gets another one than the library that publishes.
 *
 * @see https://github.com/nodejs/node/blob/v20.20.2/lib/diagnostics_channel.js (WeakRefMap)
 */
function holdChannels(holder: Holder): void {
  if (holder[HELD] !== undefined) {
    return;
  }
  const held = (holder[HELD] = new Set<unknown>());
  const { channel, tracingChannel } = holder;
  const hold = <T>(made: T): T => {
    held.add(made);
    return made;
  };
  holder.channel = (name) => hold(channel(name));
  holder.tracingChannel = (given) => hold(tracingChannel(given));
}

holdChannels(createRequire(__filename)('node:diagnostics_channel') as Holder);
