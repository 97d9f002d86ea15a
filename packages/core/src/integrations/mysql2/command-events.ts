import type { Context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { replaceOwnMethod } from '../../own-method.js';
import { callWithin } from '../loading/caller-context.js';
import type { Method } from '../loading/wrapped-methods.js';
import type { DriverCommand } from './driver-objects.js';

/** Is told of a command's event before its listeners are. */
export type EventWatcher = (event: string | symbol, args: readonly unknown[]) => void;

/**
 * Tells of a command's events.
 *
 * @param caller - the context of whoever gave it to the driver, for its listeners: the driver emits from its socket, where
 * another request may be active
 */
export function watchEvents(command: DriverCommand, watcher: EventWatcher, caller?: Context): void {
  const watch = guarded('following a command', watcher);
  replaceOwnMethod(
    command,
    'emit',
    (original) =>
      function emit(...event) {
        const [name, ...args] = event;
        watch(name as string | symbol, args);
        return caller === undefined ? original.apply(this, event) : callWithin(caller, original, { self: this, args: event });
      },
  );
}

/**
 * Takes the driver's own listeners off a command that has just been given to it: they settle the promise that its channel
 * tells of, and are told beside the listeners. So an error that nobody else listens to throws, and the application meets
 * no listeners but its own, as when nobody traces.
 */
export function settleBeside(command: DriverCommand): void {
  const [reject, resolve] = [takeLast(command, 'error'), takeLast(command, 'end')];
  watchEvents(command, (event, args) => {
    if (event === 'error') {
      reject?.apply(command, [...args]);
    } else if (event === 'end') {
      resolve?.apply(command, [...args]);
    }
  });
}

/** The driver adds its listeners last, and for once. */
function takeLast(command: DriverCommand, event: string): Method | undefined {
  const last = command.rawListeners(event).at(-1) as (Method & { readonly listener?: Method }) | undefined;
  if (last?.listener === undefined) {
    return undefined;
  }
  command.removeListener(event, last);
  return last.listener;
}
