import { hostname } from 'node:os';
import { isRecord } from '../../diagnostics/validation.js';
import { parseLine } from '../../logs/json-line.js';
import { MAX_MESSAGE, type LogEntry } from '../../logs/log-record.js';
import { redactNamedSecrets } from '../../logs/named-secrets.js';
import type { TraceFields } from '../../logs/trace-fields.js';
import { sharedState } from '../../shared-state.js';
import { pinoError } from './pino-error.js';
import { pinoPart, type PinoSymbols } from './pino-symbols.js';

/** What is known of a line beside its text. */
export interface LineFacts {
  readonly instance: object;
  readonly arguments: ArrayLike<unknown>;
  readonly symbols: PinoSymbols;
  /** Those that were put into the line. */
  readonly fields: TraceFields | undefined;
}

/**
 * The record of a line, read from the line itself: what the application's serializers, formatters, hooks and redaction
 * have left out of it is not sent either. A line that can't be read is its own message.
 */
export function pinoEntry(line: string, facts: LineFacts): LogEntry {
  const { instance, arguments: args, symbols } = facts;
  const time = typeof args[3] === 'string' ? (parseLine(`{${args[3].slice(1)}}`) ?? {}) : {};
  const timeMillis = timeOf(Object.values(time)[0]);
  const written = parseLine(line);
  if (written === undefined) {
    return { message: redactNamedSecrets(line.slice(0, MAX_MESSAGE).trimEnd()), fields: {}, timeMillis };
  }
  const { [textPart(instance, symbols.messageKey) ?? 'msg']: message, ...shown } = written;
  const rest = withoutOwn(shown, { ...levelOf(facts), ...time, ...facts.fields, ...processFacts() });
  const nestedKey = textPart(instance, symbols.nestedKey);
  const nested = nestedKey === undefined ? undefined : rest[nestedKey];
  const error = pinoError(args[0], isRecord(nested) ? nested : rest, textPart(instance, symbols.errorKey) ?? 'err');
  return {
    message: typeof message === 'string' ? message : message === undefined ? (error?.message ?? '') : JSON.stringify(message),
    fields: rest,
    error,
    timeMillis,
  };
}

/** Without what the record says in places of its own, and what the resource says; fields of the same name stay. */
function withoutOwn(written: Record<string, unknown>, said: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(written).filter(([name, value]) => !Object.hasOwn(said, name) || said[name] !== value));
}

function processFacts(): Readonly<Record<string, unknown>> {
  return { pid: process.pid, hostname: sharedState('logs.hostname', hostname) };
}

/** What pino itself has written of the level, as a number or a word. */
function levelOf({ instance, arguments: args, symbols }: LineFacts): Readonly<Record<string, unknown>> {
  const texts = pinoPart(instance, symbols.levelTexts) as Readonly<Record<number, unknown>> | undefined;
  const text = texts?.[Number(args[2])];
  const { level } = (typeof text === 'string' ? parseLine(`${text}}`) : undefined) ?? {};
  return level === undefined ? {} : { level };
}

/** Milliseconds or seconds since 1970, or an instant in words. */
function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : typeof value === 'number' ? value : Number.NaN;
  const millis = time < 1e11 ? time * 1000 : time;
  return millis > 0 && millis < 8.64e15 ? millis : undefined;
}

function textPart(instance: object, symbol: symbol | undefined): string | undefined {
  const value = pinoPart(instance, symbol);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
