import type { Attributes, Span, TimeInput } from '@opentelemetry/api';
import { redactText } from '../redaction/text-redaction.js';

const MAX_MESSAGE_LENGTH = 4096;
const MAX_STACK_LENGTH = 16_384;

/** What is recorded of a thrown value: texts without the secrets of the URLs in them. */
export interface ExceptionFacts {
  /** The error's class. */
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Describes anything that can be thrown, also an object whose getters throw. Never throws. */
export function describeException(thrown: unknown): ExceptionFacts {
  if (typeof thrown !== 'object' || thrown === null) {
    return { type: typeof thrown, message: primitiveText(thrown), stack: undefined };
  }
  const stack = readText(thrown, 'stack');
  return {
    type: errorClass(thrown),
    message: redact(readText(thrown, 'message') ?? '', MAX_MESSAGE_LENGTH),
    stack: stack === undefined ? undefined : redact(stack, MAX_STACK_LENGTH),
  };
}

/** The same of an error of which texts are all that is known. */
export function redactedException(type: string, message: string, stack?: string): ExceptionFacts {
  return {
    type: type.slice(0, 256),
    message: redact(message, MAX_MESSAGE_LENGTH),
    stack: stack === undefined ? undefined : redact(stack, MAX_STACK_LENGTH),
  };
}

/** A function's own text is of no use to anybody, and its conversion can throw. */
function primitiveText(thrown: unknown): string {
  return typeof thrown === 'function' ? thrown.name : redact(String(thrown), MAX_MESSAGE_LENGTH);
}

/** A URL that was cut first would no longer show where its secret ends. */
function redact(text: string, maxLength: number): string {
  return redactText(text).slice(0, maxLength);
}

/** Records a thrown value as an `exception` event. */
export function recordException(span: Span, exception: ExceptionFacts, time?: TimeInput): void {
  span.addEvent('exception', exceptionAttributes(exception), time);
}

/** A thrown value as the attributes of an event or a log record. */
export function exceptionAttributes(exception: ExceptionFacts): Attributes {
  const attributes: Attributes = {
    'exception.type': exception.type,
  };
  if (exception.message !== '') {
    attributes['exception.message'] = exception.message;
  }
  if (exception.stack !== undefined) {
    attributes['exception.stacktrace'] = exception.stack;
  }
  return attributes;
}

/** The status code that frameworks hang on their errors (`status`, `statusCode`); `undefined` when there is none. */
export function errorStatusCode(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null) {
    return undefined;
  }
  const status = read(thrown, 'statusCode') ?? read(thrown, 'status');
  return typeof status === 'number' ? status : undefined;
}

/** `error.name`, or the class's own name when the class did not set one. */
function errorClass(error: object): string {
  const name = readText(error, 'name');
  const className = readText(read(error, 'constructor'), 'name');
  const generic = name === undefined || name === '' || /^error$/i.test(name);
  return (generic ? className || name : name)?.slice(0, 256) || 'Object';
}

function readText(value: unknown, property: string): string | undefined {
  const text = read(value, property);
  return typeof text === 'string' ? text : undefined;
}

function read(value: unknown, property: string): unknown {
  try {
    return (value as Record<string, unknown> | undefined)?.[property];
  } catch {
    // A getter that throws hides its value; the request goes on.
    return undefined;
  }
}
