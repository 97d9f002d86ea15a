import { hostname } from 'node:os';
import { isRecord } from '../../diagnostics/validation.js';
import type { LogEntry } from '../../logs/log-record.js';
import type { TraceFields } from '../../logs/trace-fields.js';
import { sharedState } from '../../shared-state.js';
import { pinoError } from './pino-error.js';
import { pinoPart, type PinoSymbols } from './pino-symbols.js';

/** Longer lines are not taken apart, in characters. */
const MAX_LINE = 1_048_576;

/** What is known of a line beside its text. */
export interface LineFacts {
  readonly instance: object;
  readonly arguments: ArrayLike<unknown>;
  readonly symbols: PinoSymbols;
  /** Those that were put into the line. */
  readonly fields: TraceFields | undefined;
}

/**
 * The record of a line, read from the line itself: what the application's serializers, formatters and redaction have
 * left out of it is not sent either.
 */
export function pinoEntry(line: string, facts: LineFacts): LogEntry {
  const { instance, arguments: args, symbols } = facts;
  const messageKey = textPart(instance, symbols.messageKey) ?? 'msg';
  const time = typeof args[3] === 'string' ? (parseObject(`{${args[3].slice(1)}}`) ?? {}) : {};
  const written = line.length > MAX_LINE ? undefined : parseObject(line);
  const message = written === undefined ? (args[1] ?? line) : written[messageKey];
  const rest = withoutOwn(written ?? {}, [messageKey, ...Object.keys(time)], facts);
  const nestedKey = textPart(instance, symbols.nestedKey);
  const nested = nestedKey === undefined ? undefined : rest[nestedKey];
  const error = pinoError(args[0], isRecord(nested) ? nested : rest, textPart(instance, symbols.errorKey) ?? 'err');
  return {
    message: typeof message === 'string' ? message : message === undefined ? (error?.message ?? '') : JSON.stringify(message),
    fields: rest,
    error,
    timeMillis: timeOf(Object.values(time)[0]),
  };
}

/** Without what the record says in places of its own, and what the resource says. */
function withoutOwn(
  written: Readonly<Record<string, unknown>>,
  own: readonly string[],
  { arguments: args, fields }: LineFacts,
): Record<string, unknown> {
  const host = sharedState('logs.hostname', hostname);
  const said: Readonly<Record<string, unknown>> = { ...fields, pid: process.pid, hostname: host };
  const rest: Record<string, unknown> = { ...written };
  own.forEach((name) => delete rest[name]);
  for (const name in said) {
    if (rest[name] === said[name]) {
      delete rest[name];
    }
  }
  if (rest['level'] === args[2] || typeof rest['level'] === 'string') {
    delete rest['level'];
  }
  return rest;
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

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    // A serializer, a formatter or a hook of the application's has left no JSON.
    return undefined;
  }
}
