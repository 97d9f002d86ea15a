import type { Context } from '@opentelemetry/api';
import { objectNotes } from '../../given-object.js';
import { callWithin } from '../loading/caller-context.js';
import type { Method } from '../loading/wrapped-methods.js';

/** Whose statement has ended. */
export interface EndedStatement {
  readonly callerContext: Context;
}

/** The application's callback, by the one that stands in for it. */
const ownCallbacks = objectNotes<Method, Method>();

/** Whether a value is called back. */
export function isCallback(value: unknown): value is Method {
  return typeof value === 'function';
}

/**
 * A callback that tells of the end and goes on in the context of whoever asked. The driver writes callbacks
 * into the application's own objects, so one that comes back from there is unwrapped first.
 *
 * @param end - must not throw
 */
export function endingCallback<Statement extends EndedStatement>(
  callback: Method,
  statement: Statement,
  end: (statement: Statement, error: unknown, result: unknown) => void,
): Method {
  const own = ownCallback(callback);
  const ending: Method = function answered(...answer) {
    end(statement, answer[0], answer[1]);
    return callWithin(statement.callerContext, own, { self: this, args: answer });
  };
  ownCallbacks.set(ending, own);
  return ending;
}

/** The application's callback in one of {@link endingCallback}; any other as it is. */
export function ownCallback(callback: Method): Method {
  return ownCallbacks.get(callback) ?? callback;
}
