import { stripVTControlCharacters } from 'node:util';
import { attempt, isError } from '../../logs/attempt.js';
import type { LogEntry } from '../../logs/log-record.js';
import { plainFields } from '../../logs/plain-value.js';
import { describeException, redactedException, type ExceptionFacts } from '../../tracing/exception.js';
import type { LoggedLine } from './logged-lines.js';

const SPLAT = Symbol.for('splat');

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** The record of a line that its logger has formatted: everything that the format has left in it. */
export function winstonEntry(formatted: object, line: LoggedLine): Pick<LogEntry, 'message' | 'fields' | 'error'> {
  const { level: _level, message, timestamp, stack, ...rest } = formatted as Record<string, unknown>;
  const logged = loggedError(line.raw);
  const error = shownError(logged, formatted);
  const said: Readonly<Record<string, unknown>> = { ...line.fields };
  const isSaid = ([name, value]: [string, unknown]): boolean =>
    (value !== undefined && value === logged) || (name in said && said[name] === value);
  return {
    message: textOf(message, error),
    fields: {
      ...Object.fromEntries(Object.entries(rest).filter((entry) => !isSaid(entry))),
      ...(typeof timestamp === 'string' && INSTANT.test(timestamp) ? {} : { timestamp }),
      ...(error === undefined ? { stack } : {}),
    },
    error,
  };
}

/** An error that was logged itself, as the message, beside it or as a field. */
function loggedError(raw: object): Error | undefined {
  const beside: unknown = Reflect.get(raw, SPLAT);
  const besides: readonly unknown[] = Array.isArray(beside) ? beside : [];
  const fields = attempt((): readonly unknown[] => Object.values(raw), []);
  const candidates = [raw, Reflect.get(raw, 'message'), ...besides, ...fields];
  return candidates.find(isError);
}

/** What a format has changed or left out of an error is not sent. */
function shownError(logged: Error | undefined, formatted: object): ExceptionFacts | undefined {
  const { message, stack } = formatted as { readonly message?: unknown; readonly stack?: unknown };
  const facts = logged === undefined ? undefined : describeException(logged);
  const isShown =
    logged !== undefined &&
    (formatted === logged ||
      Object.values(formatted).includes(logged) ||
      (typeof message === 'string' && message.includes(logged.message)));
  if (facts !== undefined && isShown) {
    return facts;
  }
  if (typeof stack !== 'string') {
    return undefined;
  }
  const [, type = 'Error', text = ''] = /^([\w$.]{1,256}): (.*)/.exec(stack) ?? [];
  return redactedException(facts?.type ?? type, text, stack);
}

function textOf(message: unknown, error: ExceptionFacts | undefined): string {
  if (typeof message === 'string') {
    return stripVTControlCharacters(message);
  }
  if (message === undefined || message === null || isError(message)) {
    return error?.message ?? '';
  }
  return JSON.stringify(plainFields({ message })['message']) ?? '';
}
