import { guarded } from '../../diagnostics/guarded.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import type { Undo } from '../integration.js';
import { wrapMethod, type Method } from '../loading/wrapped-methods.js';
import { CommandObserver } from './command-observer.js';
import { ownerOf, type DriverCommand, type DriverConnection } from './driver-objects.js';

/** A connection that is closed takes its commands by the second one. */
const METHODS = ['addCommand', '_addCommandClosedState'];

/**
 * Observes the commands of all connections of a class, at the one place that all of them pass: every form in which a
 * statement can be given, also those that the channels do not tell of.
 *
 * @param connectionClass - the driver's own, of any version
 */
export function observeCommands(connectionClass: unknown, options: ResolvedDatabaseOptions): Undo {
  const owner = ownerOf(connectionClass, 'addCommand');
  if (owner === undefined) {
    return () => {};
  }
  const observer = new CommandObserver(options);
  const observe = guarded('observing a command', (connection: DriverConnection, command: DriverCommand) =>
    observer.observe(connection, command),
  );
  const giveUp = guarded('giving up a command', (connection: DriverConnection, command: DriverCommand) =>
    observer.refuse(connection, command),
  );
  const undos = METHODS.map((name) =>
    wrapMethod(owner, name, (original: Method) => {
      const isClosed = name !== 'addCommand';
      return function addCommand(this: unknown, ...args: unknown[]) {
        const [connection, command] = [this as DriverConnection, args[0] as DriverCommand];
        observe(connection, command);
        try {
          return original.apply(this, args);
        } finally {
          if (isClosed) {
            giveUp(connection, command);
          }
        }
      };
    }),
  );
  return () => undos.forEach((undo) => undo());
}
