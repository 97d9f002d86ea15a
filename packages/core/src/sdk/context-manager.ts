import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { contextStore, noteContextManager } from '../tracing/context-store.js';

type Token = ReturnType<AsyncLocalStorageContextManager['attach']>;

/** The SDK's context manager on the storage that tracing channels are bound to as well. */
export class SharedContextManager extends AsyncLocalStorageContextManager {
  private readonly store = contextStore();

  override active(): Context {
    return this.store.getStore() ?? ROOT_CONTEXT;
  }

  // oxlint-disable-next-line max-params -- the interface of the OpenTelemetry API
  override with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return args.length === 0 && (thisArg === undefined || thisArg === null)
      ? this.store.run(context, fn as unknown as () => ReturnType<F>)
      : this.store.run(context, () => fn.apply(thisArg, args));
  }

  override disable(): this {
    noteContextManager(false);
    this.store.disable();
    return this;
  }

  override attach(context: Context): Token {
    const previous = this.active();
    let attached = true;
    this.store.enterWith(context);
    return {
      dispose: () => {
        if (attached) {
          attached = false;
          this.store.enterWith(previous);
        }
      },
    };
  }
}
