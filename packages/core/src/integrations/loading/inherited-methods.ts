import type { Undo } from '../integration.js';
import { wrapMethod, type Method } from './wrapped-methods.js';

/**
 * Wraps a method that a class inherits, for this class alone: it gets one of its own that passes on to the inherited
 * one. One that it owns is wrapped in place.
 *
 * @returns the undo: it takes the own one away again
 */
export function wrapInheritedMethod(owner: object, name: string, wrap: (original: Method) => Method): Undo {
  if (Object.hasOwn(owner, name)) {
    return wrapMethod(owner, name, wrap);
  }
  if (typeof Reflect.get(owner, name) !== 'function') {
    return () => {};
  }
  const passOn: Method = function passOn(...args) {
    return (Reflect.get(Object.getPrototypeOf(owner) as object, name) as Method).apply(this, args);
  };
  Object.defineProperty(owner, name, { value: passOn, configurable: true, writable: true, enumerable: false });
  const undo = wrapMethod(owner, name, wrap);
  return () => {
    undo();
    if (Object.getOwnPropertyDescriptor(owner, name)?.value === passOn) {
      Reflect.deleteProperty(owner, name);
    }
  };
}
