import { context, type Context } from '@opentelemetry/api';
import { sharedState } from '../../shared-state.js';
import type { Method } from '../loading/wrapped-methods.js';

/** Whom a callback tells of the end of a statement, and in which context it goes on. */
export interface CallbackEnd {
  readonly callerContext: Context;
  /** Must not throw. */
  readonly end: (error: unknown, result: unknown) => void;
}

function originals(): WeakMap<Method, Method> {
  return sharedState('integrations.pg.callbacks', () => new WeakMap());
}

/** Whether a value is called back. */
export function isCallback(value: unknown): value is Method {
  return typeof value === 'function';
}

/**
 * A callback that tells of the end and goes on in the context of whoever asked. The driver writes callbacks
 * into the application's own objects, so one that comes back from there is unwrapped first.
 */
export function endingCallback(callback: Method, { callerContext, end }: CallbackEnd): Method {
  const own = ownCallback(callback);
  const ending: Method = function answered(...answer) {
    end(answer[0], answer[1]);
    return context.with(callerContext, own, this, ...answer);
  };
  originals().set(ending, own);
  return ending;
}

/** The application's callback in one of {@link endingCallback}; any other as it is. */
export function ownCallback(callback: Method): Method {
  return originals().get(callback) ?? callback;
}
