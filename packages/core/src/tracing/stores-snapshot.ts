import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

/**
 * Whether this Node keeps the values of all storages in one table (24 and later). `run` of a storage copies it to enter,
 * and once more to leave; older ones copy nothing.
 */
const COPIES_TO_LEAVE = !('kResourceStore' in new AsyncLocalStorage());

/** What all storages hold at a moment, to come back to without a copy. */
export type StoresSnapshot = AsyncResource;

/** Takes what all storages hold now; `undefined` where `run` of a storage costs less than that. */
export function takeStores(): StoresSnapshot | undefined {
  return COPIES_TO_LEAVE ? new AsyncResource('OTELCONTEXT') : undefined;
}

/** A value that a storage is to hold. */
export interface StoreEntry<Value> {
  readonly store: AsyncLocalStorage<Value>;
  readonly value: Value;
}

/**
 * Calls a function while a storage holds a value. All storages hold afterwards what they did before, also those into
 * which the function has entered something for good, which `run` would leave: only for a caller whom nothing follows.
 *
 * @param outside - taken just before
 */
export function runFrom<T, Value>(outside: StoresSnapshot, { store, value }: StoreEntry<Value>, fn: () => T): T {
  return outside.runInAsyncScope(callEntered<T, Value>, undefined, store, value, fn);
}

/** To leave, the scope in which it is called restores everything. */
function callEntered<T, Value>(store: AsyncLocalStorage<Value>, value: Value, fn: () => T): T {
  store.enterWith(value);
  return fn();
}
