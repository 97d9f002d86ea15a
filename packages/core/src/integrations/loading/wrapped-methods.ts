import { sharedState } from '../../shared-state.js';
import type { Undo } from '../integration.js';

/** A method of a library, with whatever it takes. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

interface WrappedMethod {
  readonly original: Method;
  /** What stands in the class: it calls the wrapper, or the original when that has been taken back. */
  readonly installed: Method;
  wrapper: Method | undefined;
}

/**
 * Wraps a method in place, once however often that is asked for. A method that the object does not own itself, or that
 * can't be changed, is left alone.
 *
 * @param owner - usually the prototype of a class
 * @param wrap - gets the method as it was
 * @returns the undo, for all who have asked: it restores the method. What somebody else has wrapped since stays beneath
 * that, and passes everything on
 */
export function wrapMethod(owner: object, name: PropertyKey, wrap: (original: Method) => Method): Undo {
  const known = wrappedMethods(owner);
  const method = known.get(name) ?? install(owner, name);
  if (method === undefined) {
    return () => {};
  }
  known.set(name, method);
  const wrapper = (method.wrapper ??= wrap(method.original));
  return () => {
    if (method.wrapper === wrapper) {
      restore(owner, name, method);
    }
  };
}

/** The object in a prototype chain that owns a method; `undefined` when there is none. */
export function methodOwner(prototype: unknown, name: string): object | undefined {
  for (let owner = prototype; typeof owner === 'object' && owner !== null; owner = Object.getPrototypeOf(owner) as unknown) {
    if (Object.hasOwn(owner, name)) {
      return typeof (owner as Record<string, unknown>)[name] === 'function' ? owner : undefined;
    }
  }
  return undefined;
}

function install(owner: object, name: PropertyKey): WrappedMethod | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  const original: unknown = descriptor?.value;
  if (typeof original !== 'function' || descriptor?.writable !== true) {
    return undefined;
  }
  const method: WrappedMethod = {
    original: original as Method,
    wrapper: undefined,
    installed(this: unknown, ...args) {
      return (method.wrapper ?? method.original).apply(this, args);
    },
  };
  Object.defineProperties(method.installed, { name: { value: original.name }, length: { value: original.length } });
  (owner as Record<PropertyKey, Method>)[name] = method.installed;
  return method;
}

function restore(owner: object, name: PropertyKey, method: WrappedMethod): void {
  const methods = owner as Record<PropertyKey, Method>;
  method.wrapper = undefined;
  if (methods[name] === method.installed) {
    methods[name] = method.original;
    wrappedMethods(owner).delete(name);
  }
}

function wrappedMethods(owner: object): Map<PropertyKey, WrappedMethod> {
  const all = sharedState('integrations.wrapped-methods', () => new WeakMap<object, Map<PropertyKey, WrappedMethod>>());
  const methods = all.get(owner) ?? new Map<PropertyKey, WrappedMethod>();
  all.set(owner, methods);
  return methods;
}
