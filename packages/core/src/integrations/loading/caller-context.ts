import { context } from '@opentelemetry/api';
import type { Method } from './wrapped-methods.js';

/** A method whose callbacks go on in the context of whoever called it, not of whoever gave a connection back. */
export function answeringCaller(original: Method): Method {
  return function bound(...args) {
    const caller = context.active();
    return original.apply(
      this,
      args.map((arg) => (typeof arg === 'function' ? context.bind(caller, arg) : arg)),
    );
  };
}
