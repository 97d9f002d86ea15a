import { stripVTControlCharacters } from 'node:util';
import { isRecord } from '../../diagnostics/validation.js';
import { isError } from '../../logs/attempt.js';
import type { LogEntry } from '../../logs/log-record.js';
import { plainFields } from '../../logs/plain-value.js';
import { SEVERITY, severityOf, type Severity } from '../../logs/severity.js';
import { traceSuffix, type TraceFields } from '../../logs/trace-fields.js';
import { describeException, redactedException, type ExceptionFacts } from '../../tracing/exception.js';

/** What a line of text was printed with beside its message. */
export interface TextFacts {
  readonly context: unknown;
  readonly stack: unknown;
  readonly params: unknown;
}

/** A message can be a function, as in Nest itself: a class is shown by its name, any other is called. */
export function resolvedMessage(message: unknown): unknown {
  const isLazy = typeof message === 'function' && !Function.prototype.toString.call(message).startsWith('class ');
  return isLazy ? resolvedMessage(message()) : message;
}

/** The record of a line of text. */
export function textEntry(message: unknown, { context, stack, params }: TextFacts): LogEntry {
  const fields = { ...(isRecord(params) ? params : {}), ...(context === '' ? {} : { context }) };
  return { ...messageEntry(message, fields), error: errorOf(message, stack) };
}

/** The record of a line of JSON: everything that the logger has put into it. */
export function jsonEntry(line: unknown, message: unknown, options: unknown): LogEntry {
  const { error, errorStack } = (options ?? {}) as Readonly<Record<string, unknown>>;
  const shownParts = isRecord(line) ? line : {};
  const { level: _level, pid: _pid, timestamp, message: shown, stack: _stack, error: _error, ...rest } = shownParts;
  const { params, ...fields } = rest;
  return {
    ...messageEntry(shown ?? message, { ...(isRecord(params) ? params : { params }), ...fields }),
    error: errorOf(error ?? message, errorStack),
    timeMillis: typeof timestamp === 'number' ? timestamp : undefined,
  };
}

/** The ids stand at the end of the line, before its line break. */
export function correlatedText(line: unknown, fields: TraceFields): unknown {
  if (typeof line !== 'string') {
    return line;
  }
  const end = line.endsWith('\n') ? line.length - 1 : line.length;
  return line.slice(0, end) + traceSuffix(fields) + line.slice(end);
}

/** The application's own ids win. */
export function correlatedJson(line: unknown, fields: TraceFields): unknown {
  return isRecord(line) && !('trace_id' in line) ? { ...line, ...fields } : line;
}

/** In Nest `verbose` is less than `debug`. */
export function nestSeverity(level: string): Severity {
  return level === 'verbose' ? { number: SEVERITY.trace, text: level } : severityOf(level);
}

function messageEntry(message: unknown, fields: Readonly<Record<string, unknown>>): Pick<LogEntry, 'message' | 'fields'> {
  if (isError(message)) {
    return { message: describeException(message).message, fields };
  }
  if (typeof message !== 'object' || message === null) {
    return { message: typeof message === 'function' ? message.name : stripVTControlCharacters(String(message)), fields };
  }
  const text = JSON.stringify(plainFields({ message })['message']) ?? '';
  return { message: text, fields: isRecord(message) ? { ...message, ...fields } : fields };
}

/** Of an error that is logged as a text and its stack, the stack tells the class. */
function errorOf(message: unknown, stack: unknown): ExceptionFacts | undefined {
  if (isError(message)) {
    return describeException(message);
  }
  if (typeof stack !== 'string' || stack === '') {
    return undefined;
  }
  const [, type = 'Error', text = ''] = /^([\w$.]{1,256}): (.*)/.exec(stack) ?? [];
  return redactedException(type, text, stack);
}
