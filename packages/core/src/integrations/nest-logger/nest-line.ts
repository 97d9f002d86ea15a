import { inspect, stripVTControlCharacters, type InspectOptions } from 'node:util';
import { isRecord } from '../../diagnostics/validation.js';
import { attempt, isError } from '../../logs/attempt.js';
import { MAX_MESSAGE, type LogEntry } from '../../logs/log-record.js';
import { redactNamedSecrets } from '../../logs/named-secrets.js';
import { plainFields } from '../../logs/plain-value.js';
import { isShown } from '../../logs/shown-text.js';
import { SEVERITY, severityOf, type Severity } from '../../logs/severity.js';
import { traceSuffix, type TraceFields } from '../../logs/trace-fields.js';
import { describeException, redactedException, type ExceptionFacts } from '../../tracing/exception.js';

/** What a line of text was printed with beside its message. */
export interface TextFacts {
  readonly context: unknown;
  readonly stack: unknown;
  readonly params: unknown;
  /** The line itself. */
  readonly line: unknown;
}

/** What a line of JSON was made of. */
export interface JsonFacts {
  readonly message: unknown;
  readonly options: unknown;
  readonly logger: unknown;
}

/** A message can be a function, as in Nest itself: a class is shown by its name, any other is called. */
export function resolvedMessage(message: unknown): unknown {
  const isLazy = typeof message === 'function' && !Function.prototype.toString.call(message).startsWith('class ');
  return isLazy ? resolvedMessage(message()) : message;
}

/** The record of a line of text. */
export function textEntry(message: unknown, { context, stack, params, line }: TextFacts): LogEntry {
  const text = stripVTControlCharacters(String(line)).trim();
  const fields = { ...(isRecord(params) ? params : {}), ...(context === '' ? {} : { context }) };
  return { ...messageEntry(message, fields, text), error: errorOf(message, stack, text) };
}

/** The record of a line of JSON: everything that the logger has put into it. */
export function jsonEntry(line: unknown, { message, options, logger }: JsonFacts): LogEntry {
  const { error, errorStack } = (options ?? {}) as Readonly<Record<string, unknown>>;
  const shownParts = isRecord(line) ? line : {};
  const { level: _level, pid: _pid, timestamp, message: shown, stack: _stack, error: _error, ...rest } = shownParts;
  const { params, ...fields } = rest;
  const text = inspectedLine(line, logger);
  return {
    ...messageEntry(shown ?? message, { ...(isRecord(params) ? params : { params }), ...fields }, text),
    error: errorOf(error ?? message, errorStack),
    timeMillis: typeof timestamp === 'number' ? timestamp : undefined,
  };
}

/** In colours, or in several lines, Nest's JSON is what `inspect` makes of it. */
function inspectedLine(line: unknown, logger: unknown): string | undefined {
  const { inspectOptions } = logger as { readonly inspectOptions?: InspectOptions };
  const isInspected = inspectOptions !== undefined && (inspectOptions.colors === true || inspectOptions.compact !== true);
  return isInspected ? inspect(line, { ...inspectOptions, colors: false }) : undefined;
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

function messageEntry(
  message: unknown,
  fields: Readonly<Record<string, unknown>>,
  line: string | undefined,
): Pick<LogEntry, 'message' | 'fields' | 'line'> {
  if (isError(message)) {
    return { message: line === undefined || showsError(message, line) ? describeException(message).message : line, fields, line };
  }
  if (typeof message !== 'object' || message === null) {
    const text = typeof message === 'function' ? message.name : stripVTControlCharacters(String(message));
    return { message: text, fields, line };
  }
  // What the line shows of an object in a way of its own is in the line alone.
  const text = JSON.stringify(plainFields({ message }, line)['message']) ?? redactNamedSecrets(line?.slice(0, MAX_MESSAGE) ?? '');
  return { message: text, fields: isRecord(message) ? { ...attempt(() => ({ ...message }), {}), ...fields } : fields, line };
}

function showsError(error: Error, line: string): boolean {
  return isShown(attempt(() => String(error.message), ''), line);
}

/** Of an error that is logged as a text and its stack, the stack tells the class. */
function errorOf(message: unknown, stack: unknown, line?: string): ExceptionFacts | undefined {
  if (isError(message)) {
    return line === undefined || showsError(message, line) ? describeException(message) : undefined;
  }
  if (typeof stack !== 'string' || stack === '') {
    return undefined;
  }
  const [, type = 'Error', text = ''] = /^([\w$.]{1,256}): (.*)/.exec(stack) ?? [];
  return redactedException(type, text, stack);
}
