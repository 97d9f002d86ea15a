import type { EventEmitter } from 'node:events';
import { context, type Context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
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

/** Lets an error throw that nobody but the channel's promise listens to, as it does when nobody traces. */
export function throwUnheardErrors(command: DriverCommand): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the command as this below
  const original = command.emit;
  const emit = function (this: EventEmitter, event: string | symbol, ...args: unknown[]): boolean {
    const [tracing, ...others] = event === 'error' ? this.rawListeners('error') : [];
    if (tracing !== undefined && others.length === 0) {
      // It listens once: after this, there is no listener left.
      tracing.apply(this, args);
    }
    return original.call(this, event, ...args);
  };
  hide(command, 'emit', emit);
}

/** Sets a property of a command that nobody meets who looks through it. */
export function hide(command: DriverCommand, name: string, value: unknown): void {
  Object.defineProperty(command, name, { value, configurable: true, enumerable: false, writable: true });
}
