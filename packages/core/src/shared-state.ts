const STATE_KEY = Symbol.for('otelier.state.v1');

type StateHolder = { [STATE_KEY]?: Map<string, unknown> };

/**
 * Returns the value of a named slot that exists once per process, made on first use.
 *
 * The slots live on `globalThis`, so that two copies of the package (ESM and CommonJS, or two versions) share them. What
 * every request needs is held by whoever asks for it: see {@link heldState}.
 */
export function sharedState<T>(slot: string, create: () => T): T {
  const holder = globalThis as StateHolder;
  const slots = (holder[STATE_KEY] ??= new Map());
  const known = slots.get(slot);
  if (known !== undefined || slots.has(slot)) {
    return known as T;
  }
  const made = create();
  slots.set(slot, made);
  return made;
}

/** Like {@link sharedState}, for an object that is asked for again and again: the slot is looked up once. */
export function heldState<T extends object>(slot: string, create: () => T): () => T {
  let held: T | undefined;
  return () => (held ??= sharedState(slot, create));
}
