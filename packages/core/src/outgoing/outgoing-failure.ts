import { describeException } from '../tracing/exception.js';

/** What errors and their codes are called; anything else can hold what nobody is to see. */
const PLAIN_NAME = /^[A-Za-z_$][\w$.-]{0,99}$/;

/**
 * The `error.type` of a failed request: the code of the error (`ECONNREFUSED`, `UND_ERR_SOCKET`), else its class. Its
 * message is not looked at, as it can hold a URL. Never throws.
 *
 * @param hasAnswer - whether the head of a response has come. What is no error then only says why nobody reads on: of a
 *   response of `fetch` that was collected as garbage, or the reason of the application's own. Without an answer it is
 *   `_OTHER`.
 * @returns `undefined` where nothing has failed
 */
export function failureType(error: unknown, hasAnswer = false): string | undefined {
  const code = readText(error, 'code');
  if (code !== undefined && PLAIN_NAME.test(code)) {
    return code;
  }
  if (readText(error, 'message') === undefined) {
    return hasAnswer ? undefined : '_OTHER';
  }
  const { type } = describeException(error);
  return PLAIN_NAME.test(type) ? type : '_OTHER';
}

/** Errors of other realms and `DOMException` are known by their texts alone. */
function readText(error: unknown, name: 'code' | 'message'): string | undefined {
  try {
    const text = (error as Record<string, unknown> | null | undefined)?.[name];
    return typeof text === 'string' ? text : undefined;
  } catch {
    // A getter that throws hides its value.
    return undefined;
  }
}
