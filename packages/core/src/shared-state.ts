const STATE_KEY = Symbol.for('otelier.state.v1');

type StateHolder = { [STATE_KEY]?: Map<string, unknown> };

/**
 * Returns the value of a named slot that exists once per process, made on first use.
 *
 * The slots live on `globalThis`, so that two copies of the package (ESM and CommonJS, or two versions) share them.
 */
export function sharedState<T>(slot: string, create: () => T): T {
  const holder = globalThis as StateHolder;
  const slots = (holder[STATE_KEY] ??= new Map());
  if (!slots.has(slot)) {
    slots.set(slot, create());
  }
  return slots.get(slot) as T;
}
