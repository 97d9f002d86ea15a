import { AsyncLocalStorage } from 'node:async_hooks';
import { context, type Context } from '@opentelemetry/api';

/**
 * Lets a tracing channel enter the OpenTelemetry context, whichever context manager keeps it.
 *
 * A channel calls `run` of each store that is bound to it; this store passes that on to the OpenTelemetry API.
 */
export class ContextStore extends AsyncLocalStorage<Context> {
  override run<R>(store: Context, callback: () => R): R;
  override run<R, A extends unknown[]>(store: Context, callback: (...args: A) => R, ...args: A): R;
  override run<R, A extends unknown[]>(store: Context, callback: (...args: A) => R, ...args: A): R {
    return context.with(store, callback, undefined, ...args);
  }
}
