import { runInSpan } from './with-span.js';

type AnyFunction = (this: unknown, ...args: never[]) => unknown;

/** What TypeScript's legacy method decorators return. */
type LegacyDescriptor = PropertyDescriptor | void;

/** A method decorator for both kinds of decorators: TypeScript's legacy ones and the standard's. */
export interface TracedDecorator {
  (target: object, name: string | symbol, descriptor: PropertyDescriptor): LegacyDescriptor;
  <T extends AnyFunction>(method: T, context: ClassMethodDecoratorContext): T;
}

/**
 * Wraps a function: every call runs in a span of its own, as with `withSpan`.
 *
 * `this`, arguments, return value, name and length stay as they are.
 *
 * @param name - the spans' name
 */
export function traced<T extends (...args: never[]) => unknown>(name: string, fn: T): T {
  if (typeof name !== 'string' || typeof fn !== 'function') {
    throw new TypeError(`[otelier] traced(name, fn): got ${typeof name}, ${typeof fn}. Allowed: a text, a function.`);
  }
  return wrap(name, fn, { 'code.function.name': fn.name });
}

/**
 * Decorates a method: every call runs in a span of its own, as with `withSpan`.
 *
 * @param name - the spans' name
 * @default the class's and the method's name, such as `OrderService.place`
 */
export function Traced(name?: string): TracedDecorator {
  return ((target: unknown, key: string | symbol | ClassMethodDecoratorContext, descriptor?: PropertyDescriptor) =>
    isStandard(key)
      ? decorateStandard(name, target as AnyFunction, key)
      : decorateLegacy(name, target as object, { key, descriptor })) as TracedDecorator;
}

function isStandard(key: string | symbol | ClassMethodDecoratorContext): key is ClassMethodDecoratorContext {
  return typeof key === 'object';
}

function decorateStandard(name: string | undefined, method: AnyFunction, decorated: ClassMethodDecoratorContext): unknown {
  const methodName = String(decorated.name);
  if (decorated.kind !== 'method') {
    throw new TypeError(`[otelier] @Traced: ${methodName} is not a method. Allowed: methods.`);
  }
  const wrapped = function (this: unknown, ...args: never[]): unknown {
    const fullName = [ownerName(this, decorated.static), methodName].filter(Boolean).join('.');
    return runInSpan({ name: name ?? fullName, attributes: { 'code.function.name': fullName } }, () =>
      method.apply(this, args),
    );
  };
  return dress(wrapped, method);
}

/** The class of `this`; `undefined` for a method that was taken off its object. */
function ownerName(self: unknown, isStatic: boolean): string | undefined {
  const owner = self as { name?: string; constructor?: { name?: string } } | null | undefined;
  return isStatic ? owner?.name : owner?.constructor?.name;
}

function decorateLegacy(
  name: string | undefined,
  target: object,
  { key, descriptor }: { key: string | symbol; descriptor: PropertyDescriptor | undefined },
): PropertyDescriptor {
  const method: unknown = descriptor?.value;
  if (typeof method !== 'function') {
    throw new TypeError(`[otelier] @Traced: ${String(key)} is not a method. Allowed: methods.`);
  }
  const owner = typeof target === 'function' ? target.name : target.constructor.name;
  const fullName = `${owner}.${String(key)}`;
  return { ...descriptor, value: wrap(name ?? fullName, method as AnyFunction, { 'code.function.name': fullName }) };
}

function wrap<T extends (...args: never[]) => unknown>(name: string, fn: T, attributes: Record<string, string>): T {
  const wrapped = function (this: unknown, ...args: never[]): unknown {
    return runInSpan({ name, attributes }, () => fn.apply(this, args));
  };
  return dress(wrapped, fn) as unknown as T;
}

/** Makes a wrapper look like what it wraps: name, length, and the metadata that frameworks keep on methods. */
function dress<T extends object>(wrapped: T, original: object): T {
  for (const property of ['name', 'length']) {
    const descriptor = Object.getOwnPropertyDescriptor(original, property);
    if (descriptor !== undefined) {
      Object.defineProperty(wrapped, property, descriptor);
    }
  }
  const reflect = Reflect as typeof Reflect & ReflectMetadata;
  for (const key of reflect.getOwnMetadataKeys?.(original) ?? []) {
    reflect.defineMetadata?.(key, reflect.getOwnMetadata?.(key, original), wrapped);
  }
  return wrapped;
}

/** What reflect-metadata adds to `Reflect`, where an application has it. */
interface ReflectMetadata {
  getOwnMetadataKeys?(target: object): unknown[];
  getOwnMetadata?(key: unknown, target: object): unknown;
  defineMetadata?(key: unknown, value: unknown, target: object): void;
}
