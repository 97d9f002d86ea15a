/** A method with whatever arguments it takes. */
export type AnyMethod = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Gives one object a method of its own in the place of the one that it has.
 *
 * @param wrap - makes the new method of the one that was there
 * @returns the undo; it leaves alone what somebody else has put there in the meantime
 */
export function replaceOwnMethod(target: object, name: string, wrap: (original: AnyMethod) => AnyMethod): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  const value = wrap(Reflect.get(target, name) as AnyMethod);
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });
  return () => {
    if (Object.getOwnPropertyDescriptor(target, name)?.value !== value) {
      return;
    }
    if (before === undefined) {
      Reflect.deleteProperty(target, name);
    } else {
      Object.defineProperty(target, name, before);
    }
  };
}
