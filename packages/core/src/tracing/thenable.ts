import { context, type Context } from '@opentelemetry/api';

/** Told when a thenable has settled. */
export interface ThenableEnd {
  succeeded(): void;
  failed(error: unknown): void;
}

type Then = (...handlers: [onFulfilled?: unknown, onRejected?: unknown]) => unknown;

/** Whether `await` would call the value's `then`. */
export function isThenable(value: unknown): value is PromiseLike<unknown> & object {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/**
 * Follows a thenable that is no promise. Calling its `then` can be what starts its work, as with query builders, so it
 * is called when the caller does, in the given context, and never on its own account.
 */
export function traceThenable<T extends PromiseLike<unknown> & object>(thenable: T, within: Context, end: ThenableEnd): T {
  const followed: T = new Proxy(thenable, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') {
        return value;
      }
      return property === 'then' ? traceThen(target, value as Then) : chained(target, value as Then);
    },
  });

  function traceThen(target: T, then: Then): Then {
    return (onFulfilled, onRejected) => {
      const settled =
        (handler: unknown, tell: (value: unknown) => void, otherwise: (value: unknown) => unknown) =>
        (value: unknown): unknown => {
          tell(value);
          return typeof handler === 'function' ? (handler as (value: unknown) => unknown)(value) : otherwise(value);
        };
      return context.with(
        within,
        then,
        target,
        settled(onFulfilled, () => end.succeeded(), (value) => value),
        settled(onRejected, (error) => end.failed(error), rethrow),
      );
    };
  }

  /** A builder's methods return the builder: what is awaited in the end is followed still. */
  function chained(target: T, method: Then): Then {
    return (...args) => {
      const result = method.apply(target, args);
      return result === target ? followed : result;
    };
  }

  return followed;
}

function rethrow(error: unknown): never {
  throw error;
}
