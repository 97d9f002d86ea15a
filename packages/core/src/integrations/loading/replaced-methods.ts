import { sharedState } from '../../shared-state.js';

/** A method of a driver, with whatever it takes. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

interface ReplacedMethod {
  readonly original: Method;
  /** What stands in the class: it calls the replacement, or the original once that has been taken back. */
  readonly installed: Method;
  replacement: Method | undefined;
}

/**
 * Replaces a method in place, once however often that is asked for. A method that the object does not own itself is
 * left alone.
 *
 * @param owner - usually the prototype of a class
 * @param create - gets the method as it was
 */
export function replaceMethod(owner: object, name: string, create: (original: Method) => Method): void {
  const methods = owner as Record<string, Method>;
  const replaced = replacedMethods(owner);
  const known = replaced.get(name);
  if (known !== undefined) {
    known.replacement ??= create(known.original);
    return;
  }
  const original = methods[name];
  if (!Object.hasOwn(owner, name) || typeof original !== 'function') {
    return;
  }
  const method: ReplacedMethod = {
    original,
    replacement: create(original),
    installed(this: unknown, ...args) {
      return (method.replacement ?? original).apply(this, args);
    },
  };
  Object.defineProperties(method.installed, { name: { value: original.name }, length: { value: original.length } });
  replaced.set(name, method);
  methods[name] = method.installed;
}

/** Takes back every replacement. What somebody has wrapped since stays beneath that, and does nothing of its own. */
export function restoreMethods(owner: object): void {
  const methods = owner as Record<string, Method>;
  const replaced = replacedMethods(owner);
  for (const [name, method] of replaced) {
    method.replacement = undefined;
    if (methods[name] === method.installed) {
      methods[name] = method.original;
      replaced.delete(name);
    }
  }
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

function replacedMethods(owner: object): Map<string, ReplacedMethod> {
  const all = sharedState('integrations.replaced-methods', () => new WeakMap<object, Map<string, ReplacedMethod>>());
  const methods = all.get(owner) ?? new Map<string, ReplacedMethod>();
  all.set(owner, methods);
  return methods;
}
