import { stripVTControlCharacters } from 'node:util';
import { attempt, isError } from '../../logs/attempt.js';
import { parseLine } from '../../logs/json-line.js';
import { MAX_MESSAGE, type LogEntry } from '../../logs/log-record.js';
import { redactNamedSecrets } from '../../logs/named-secrets.js';
import { plainFields } from '../../logs/plain-value.js';
import { isShown } from '../../logs/shown-text.js';
import { describeException, redactedException, type ExceptionFacts } from '../../tracing/exception.js';
import type { LoggedError, LoggedLine } from './logged-line.js';

const SPLAT = Symbol.for('splat');
const MESSAGE = Symbol.for('message');

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** The record of a line, from what is written of it: what its formats have left out is not sent either. */
export function winstonEntry(written: object, line: LoggedLine): Omit<LogEntry, 'timeMillis'> {
  const shown = shownLine(written);
  const { level: _level, message, timestamp, stack, ...rest } = shown.values;
  const { logged } = line;
  const error = shownError(logged, written, shown);
  const said: Readonly<Record<string, unknown>> = { ...line.fields };
  const isSaid = ([name, value]: [string, unknown]): boolean =>
    (logged !== undefined && Reflect.get(written, name) === logged.error) || (name in said && said[name] === value);
  return {
    message: messageOf(message, error, shown),
    fields: {
      ...Object.fromEntries(Object.entries(rest).filter((entry) => !isSaid(entry))),
      ...(typeof timestamp === 'string' && INSTANT.test(timestamp) ? {} : { timestamp }),
      ...(error === undefined ? { stack } : {}),
    },
    line: shown.text,
    error,
  };
}

/** What a line shows. */
interface ShownLine {
  readonly values: Readonly<Record<string, unknown>>;
  /** The line, if it is a text from which its values can't be read. */
  readonly text: string | undefined;
  /** The line in any form, if there is one. */
  readonly whole: string | undefined;
}

/** Without a format that makes a text, transports are given the values themselves. */
function shownLine(written: object): ShownLine {
  const whole: unknown = Reflect.get(written, MESSAGE);
  if (typeof whole !== 'string') {
    return { values: written as Record<string, unknown>, text: undefined, whole: undefined };
  }
  const values = parseLine(whole);
  const text = stripVTControlCharacters(whole);
  return values === undefined
    ? { values: written as Record<string, unknown>, text, whole: text }
    : { values, text: undefined, whole: text };
}

function messageOf(message: unknown, error: ExceptionFacts | undefined, { text, whole }: ShownLine): string {
  const own = textOf(message, error);
  const isOwn = text === undefined ? message !== undefined || error !== undefined : isShown(own, text);
  return isOwn || whole === undefined ? own : redactNamedSecrets(whole.slice(0, MAX_MESSAGE));
}

/** An error that was logged itself, as the message, beside it or as a field. */
export function loggedError(raw: object): LoggedError | undefined {
  const beside: unknown = Reflect.get(raw, SPLAT);
  const besides: readonly unknown[] = Array.isArray(beside) ? beside : [];
  const fields = attempt((): readonly unknown[] => Object.values(raw), []);
  const candidates = [raw, Reflect.get(raw, 'message'), ...besides, ...fields];
  const error = candidates.find(isError);
  return error === undefined ? undefined : { error, message: messageText(error) };
}

/** What a format has changed or left out of an error is not sent. */
function shownError(logged: LoggedError | undefined, written: object, shown: ShownLine): ExceptionFacts | undefined {
  const { stack } = shown.values;
  const facts = logged === undefined ? undefined : describeException(logged.error);
  if (facts !== undefined && logged !== undefined && showsError(logged, written, shown)) {
    return facts;
  }
  if (typeof stack !== 'string' || (shown.text !== undefined && !isShown(stack, shown.text))) {
    return undefined;
  }
  const [, type = 'Error', text = ''] = /^([\w$.]{1,256}): (.*)/.exec(stack) ?? [];
  return redactedException(facts?.type ?? type, text, stack);
}

/** JSON shows nothing of an error that no format has met; that hides nothing on purpose. */
function showsError({ error, message }: LoggedError, written: object, { values, text, whole }: ShownLine): boolean {
  if (text !== undefined) {
    return isShown(message, text);
  }
  const names = Object.keys(written).filter((name) => Reflect.get(written, name) === error);
  // With the ids, what is written is a copy.
  const isItself = isError(written) && messageText(written) === message;
  return isItself || names.some((name) => name in values) || isShown(message, whole ?? String(values['message']));
}

function messageText(error: Error): string {
  return attempt(() => String(error.message), '');
}

function textOf(message: unknown, error: ExceptionFacts | undefined): string {
  if (typeof message === 'string') {
    return stripVTControlCharacters(message);
  }
  if (message === undefined || message === null || isError(message)) {
    return error?.message ?? '';
  }
  const text = JSON.stringify(plainFields({ message })['message']) ?? '';
  return text === '{}' ? (error?.message ?? text) : text;
}
