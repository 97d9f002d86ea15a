import { describeException } from '../tracing/exception.js';

/** What errors and their codes are called; anything else can hold what nobody is to see. */
const PLAIN_NAME = /^[A-Za-z_$][\w$.-]{0,99}$/;

/**
 * The `error.type` of a failed request: the code of the error (`ECONNREFUSED`, `UND_ERR_SOCKET`), else its class. Its
 * message is not looked at, as it can hold a URL. Never throws.
 */
export function failureType(error: unknown): string {
  const code = readCode(error);
  return code !== undefined && PLAIN_NAME.test(code) ? code : classOf(error);
}

function classOf(error: unknown): string {
  const { type } = describeException(error);
  return PLAIN_NAME.test(type) ? type : '_OTHER';
}

function readCode(error: unknown): string | undefined {
  try {
    const code = (error as { code?: unknown } | null | undefined)?.code;
    return typeof code === 'string' ? code : undefined;
  } catch {
    // A getter that throws hides its value.
    return undefined;
  }
}
