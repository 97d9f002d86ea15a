import { context, type Context } from '@opentelemetry/api';
import { objectNotes } from '../../given-object.js';
import type { Undo } from '../integration.js';
import { methodOwner, wrapMethod } from '../loading/wrapped-methods.js';

/**
 * Lets requests that wait for a connection, and those that are sent again, go on in the context of whoever made them:
 * their channel tells of them when they get a connection, within another one's request.
 *
 * @param clientClass - the class of single connections, of any copy of undici
 */
export function keepCallers(clientClass: unknown): Undo {
  const prototype: unknown = typeof clientClass === 'function' ? clientClass.prototype : undefined;
  // All dispatchers inherit it.
  const owner = methodOwner(prototype, 'dispatch');
  if (owner === undefined) {
    return () => {};
  }
  const callers = objectNotes<object, Context | undefined>();
  return wrapMethod(owner, 'dispatch', (original) => {
    return function dispatch(this: unknown, ...args: unknown[]) {
      const [options, handler] = args;
      const key = isSentAgain(handler) ? handler : options;
      if (!isObject(key)) {
        return original.apply(this, args);
      }
      const active = context.active();
      const caller = callers.get(key) ?? active;
      callers.set(key, caller);
      try {
        return caller === active ? original.apply(this, args) : context.with(caller, original, this, ...args);
      } finally {
        // It has its request; the same options can be used for another one.
        if (key === options && isObject(this) && Object.prototype.isPrototypeOf.call(prototype as object, this)) {
          callers.set(key, undefined);
        }
      }
    };
  });
}

/** Whether a handler dispatches its request again itself, for a retry or a redirect: it is made for that one request. */
function isSentAgain(handler: unknown): handler is object {
  return isObject(handler) && typeof (handler as { readonly dispatch?: unknown }).dispatch === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
