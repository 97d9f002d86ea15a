import { guarded } from '../../diagnostics/guarded.js';
import type { ResolvedDatabaseOptions } from '../../options/resolved-options.js';
import type { Undo } from '../integration.js';
import { wrapMethod, type Method } from '../loading/wrapped-methods.js';
import { CommandObserver } from './command-observer.js';
import { ownerOf, type DriverCommand, type DriverConnection } from './driver-objects.js';
import { ThrownRefusals } from './thrown-refusals.js';

/** A connection that is closed takes its commands by the second one. */
const METHODS = ['addCommand', '_addCommandClosedState'];

const QUERY_METHODS = ['query', 'execute'];

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
  const refusals = new ThrownRefusals();
  const observe = guarded('observing a command', (connection: DriverConnection, command: DriverCommand) =>
    observer.observe(connection, command),
  );
  const giveUp = guarded('giving up a command', (connection: DriverConnection, command: DriverCommand) =>
    observer.refuse(connection, command),
  );
  const asking = QUERY_METHODS.map((name) =>
    wrapMethod(
      owner,
      name,
      (original) =>
        function query(this: unknown, ...args: unknown[]) {
          return refusals.ask(original, this, args);
        },
    ),
  );
  const giving = METHODS.map((name) =>
    wrapMethod(owner, name, (original: Method) => {
      const isClosed = name !== 'addCommand';
      return function addCommand(this: unknown, ...args: unknown[]) {
        const [connection, command] = [this as DriverConnection, args[0] as DriverCommand];
        observe(connection, command);
        try {
          return refusals.give(original, this, args);
        } finally {
          if (isClosed) {
            giveUp(connection, command);
          }
        }
      };
    }),
  );
  return () => [...asking, ...giving].forEach((undo) => undo());
}
