import { AsyncLocalStorage } from 'node:async_hooks';
import { context, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { heldState, sharedState } from '../shared-state.js';
import { runFrom, type StoresSnapshot } from './stores-snapshot.js';

/**
 * Where this process keeps the active OpenTelemetry context, as far as Otelier's context manager is registered.
 *
 * A tracing channel that is bound to it enters a context by itself. It must be the storage itself: a stand-in that
 * passes `run` on to the OpenTelemetry API is not called any more from Node 26 on, which enters its stores another way.
 */
export function contextStore(): AsyncLocalStorage<Context> {
  return sharedState('context-store', () => new AsyncLocalStorage<Context>());
}

interface StoreUse {
  readonly store: AsyncLocalStorage<Context>;
  /** Whether the API's own calls end in the store. */
  isRegistered: boolean;
}

const storeUse = heldState<StoreUse>('context-store.use', () => ({ store: contextStore(), isRegistered: false }));

/** Notes whether the API asks Otelier's context manager. */
export function noteContextManager(isRegistered: boolean): void {
  storeUse().isRegistered = isRegistered;
}

/** What `context.active()` returns, without the API's search for the manager where that is Otelier's. */
export function activeContext(): Context {
  const { isRegistered, store } = storeUse();
  return isRegistered ? (store.getStore() ?? ROOT_CONTEXT) : context.active();
}

/**
 * Does what `context.with` does, in the same way as {@link activeContext}.
 *
 * @param outside - what is to be come back to, by a caller whom nothing follows
 */
export function runWithin<T>(within: Context, fn: () => T, outside?: StoresSnapshot): T {
  const { isRegistered, store } = storeUse();
  if (!isRegistered) {
    return context.with(within, fn);
  }
  return outside === undefined ? store.run(within, fn) : runFrom(outside, { store, value: within }, fn);
}
