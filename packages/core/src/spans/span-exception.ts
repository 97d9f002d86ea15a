import type { Attributes, Exception } from '@opentelemetry/api';

/**
 * What the SDK records of an exception that the application gives.
 *
 * @returns `undefined` for what tells neither a type nor a message, and for what throws when it is asked
 */
export function exceptionAttributes(exception: Exception): Attributes | undefined {
  try {
    const attributes = typeof exception === 'string' ? { 'exception.message': exception } : describe(exception);
    return attributes['exception.type'] || attributes['exception.message'] ? attributes : undefined;
  } catch {
    // A getter of the application's can throw; the span goes on without the event.
    return undefined;
  }
}

function describe(exception: Exclude<Exception, string> | null | undefined): Attributes {
  const attributes: Attributes = {};
  if (!exception) {
    return attributes;
  }
  const { code, name, message, stack } = exception;
  if (code) {
    attributes['exception.type'] = code.toString();
  } else if (name) {
    attributes['exception.type'] = name;
  }
  if (message) {
    attributes['exception.message'] = message;
  }
  if (stack) {
    attributes['exception.stacktrace'] = stack;
  }
  return attributes;
}
