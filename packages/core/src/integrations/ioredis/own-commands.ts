import { wrapMethod, type Method } from '../loading/wrapped-methods.js';
import type { Undo } from '../integration.js';
import { isHousekeeping } from '../redis/housekeeping.js';
import { isHandshake, type IoredisClient, type IoredisCommand } from './driver-objects.js';

/** Tells the commands that the driver sends for itself from those of the application. */
export class OwnCommands {
  private readonly becomingReady = new WeakSet<object>();

  /**
   * What a client sends when its connection becomes ready, before it tells anybody, is its own: it subscribes again, or
   * goes back to its last database. What waited for the connection has been seen before.
   */
  observe(client: object): Undo {
    return wrapMethod(client, 'setStatus', (original: Method) => {
      const { becomingReady } = this;
      return function setStatus(...args) {
        if (args[0] === 'ready') {
          const self = this as object;
          becomingReady.add(self);
          process.nextTick(() => becomingReady.delete(self));
        }
        return original.apply(this, args);
      };
    });
  }

  /** Whether a command that has not been seen before is the driver's own. */
  includes(client: IoredisClient, command: IoredisCommand): boolean {
    return (
      isHousekeeping(command.name, command.args[0]) ||
      isHandshake(client, command) ||
      // That one the application has asked for, with a client that is made for it.
      (this.becomingReady.has(client) && command.name !== 'monitor')
    );
  }
}
