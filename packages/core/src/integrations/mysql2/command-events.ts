import type { EventEmitter } from 'node:events';
import { context, type Context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import type { Method } from '../loading/wrapped-methods.js';
import type { DriverCommand } from './driver-objects.js';

/** Is told of a command's event before its listeners are. */
export type EventWatcher = (event: string | symbol, args: readonly unknown[]) => void;

/**
 * Lets the listeners of a command run in the context of whoever gave it to the driver: the driver emits from its
 * socket, where another request may be active.
 */
export function enterCallerInEvents(command: DriverCommand, caller: Context, watcher: EventWatcher): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the command as this below
  const original = command.emit;
  const watch = guarded('following a query', watcher);
  const emit = function (this: EventEmitter, event: string | symbol, ...args: unknown[]): boolean {
    watch(event, args);
    return context.with(caller, original, this, event, ...args);
  };
  hide(command, 'emit', emit);
}

/** Tells of a command's events, in whatever context they come. */
export function watchEvents(command: DriverCommand, watcher: EventWatcher): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the command as this below
  const original = command.emit;
  const watch = guarded('following a command', watcher);
  const emit = function (this: EventEmitter, event: string | symbol, ...args: unknown[]): boolean {
    watch(event, args);
    return original.call(this, event, ...args);
  };
  hide(command, 'emit', emit);
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

/** Sets a property of a command that nobody meets who looks through it. */
export function hide(command: DriverCommand, name: string, value: unknown): void {
  Object.defineProperty(command, name, { value, configurable: true, enumerable: false, writable: true });
}
