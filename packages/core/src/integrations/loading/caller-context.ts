import { context, type Context } from '@opentelemetry/api';
import type { Method } from './wrapped-methods.js';

/** What a function is called with. */
export interface Call {
  readonly self: unknown;
  readonly args: unknown[];
}

/** Calls a function within a context, which is not entered again where it is the active one. */
export function callWithin(within: Context, fn: Method, { self, args }: Call): unknown {
  return context.active() === within ? fn.apply(self, args) : context.with(within, fn, self, ...args);
}

/** A method whose callbacks go on in the context of whoever called it, not of whoever gave a connection back. */
export function answeringCaller(original: Method): Method {
  return function bound(...args) {
    if (args.some(isFunction)) {
      const caller = context.active();
      return original.apply(
        this,
        args.map((arg) => (typeof arg === 'function' ? context.bind(caller, arg) : arg)),
      );
    }
    return original.apply(this, args);
  };
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
