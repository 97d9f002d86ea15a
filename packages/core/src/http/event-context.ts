import type { EventEmitter } from 'node:events';
import { context, type Context } from '@opentelemetry/api';

/**
 * Lets the listeners of a request or a response run in the request's context, up to its `close`, the last event.
 *
 * Node emits the events of a body, and `close` when the client goes away, from the socket, where no context is active:
 * a body parser or a clean-up that goes on from there would lose it.
 */
export function keepContextInEvents(emitter: EventEmitter, within: Context): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the emitter as this below
  const original = emitter.emit;
  const emitInContext = function emit(this: EventEmitter, ...event: Parameters<typeof original>): boolean {
    if (event[0] === 'close' && emitter.emit === emitInContext) {
      emitter.emit = original;
    }
    return context.with(within, original, this, ...event);
  };
  emitter.emit = emitInContext;
}
