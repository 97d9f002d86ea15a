import type { Context } from '@opentelemetry/api';
import { GivenObject } from '../../given-object.js';
import { callWithin } from '../loading/caller-context.js';
import type { Method } from '../loading/wrapped-methods.js';

/** Whose statement has ended. */
export interface EndedStatement {
  readonly callerContext: Context;
}

/** The application's callback in a private field of the one that stands in for it. */
class EndingCallback extends GivenObject {
  readonly #own: Method;

  constructor(ending: Method, own: Method) {
    super(ending);
    this.#own = own;
  }

  static ownOf(callback: Method): Method {
    return #own in callback ? callback.#own : callback;
  }
}

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
  const own = EndingCallback.ownOf(callback);
  const ending: Method = function answered(...answer) {
    end(statement, answer[0], answer[1]);
    return callWithin(statement.callerContext, own, { self: this, args: answer });
  };
  void new EndingCallback(ending, own);
  return ending;
}

/** The application's callback in one of {@link endingCallback}; any other as it is. */
export function ownCallback(callback: Method): Method {
  return EndingCallback.ownOf(callback);
}
