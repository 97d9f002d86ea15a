import type { Context } from '@opentelemetry/api';
import { attempt, isError } from '../../logs/attempt.js';
import { correlationFields, sendsLogs } from '../../logs/log-work.js';
import { sendRecord } from '../../logs/log-record.js';
import { severityOf } from '../../logs/severity.js';
import type { TraceFields } from '../../logs/trace-fields.js';
import { winstonEntry } from './winston-entry.js';

const LEVEL = Symbol.for('level');

/** A line on its way through a logger. */
export interface LoggedLine {
  /** That of whoever logged it. */
  readonly within: Context;
  readonly timeMillis: number;
  /** As it was logged. */
  readonly raw: object;
  /** Those that were put into it. */
  readonly fields: TraceFields | undefined;
}

/** The lines of one copy of winston that have been written and are not yet formatted. */
export class LoggedLines {
  /** The logger that formats a line at this moment, and the line. */
  current: { readonly logger: unknown; readonly line: LoggedLine | undefined } | undefined;
  private readonly lines = new WeakMap<object, LoggedLine>();

  /**
   * Takes what is written to a logger.
   *
   * @returns what is to be written in its place: with the ids it is another object, since this one may be the
   * application's own
   */
  take(info: unknown, within: Context): unknown {
    if (typeof info !== 'object' || info === null) {
      return info;
    }
    // A logger that writes to another one has taken the line already.
    if (this.lines.has(info)) {
      return info;
    }
    const fields = 'trace_id' in info ? undefined : correlationFields(within);
    const taken = fields === undefined ? info : copyWith(info, fields);
    if (fields !== undefined || sendsLogs()) {
      this.lines.set(taken, { within, timeMillis: Date.now(), raw: info, fields });
    }
    return taken;
  }

  /** A line is formatted once. */
  lineOf(info: unknown): LoggedLine | undefined {
    if (typeof info !== 'object' || info === null) {
      return undefined;
    }
    const line = this.lines.get(info);
    this.lines.delete(info);
    return line;
  }
}

/** Sends the record of a line that its logger has formatted; one that the format has left out is none. */
export function formattedLine(logger: unknown, line: LoggedLine, formatted: unknown): void {
  if (typeof formatted !== 'object' || formatted === null || !sendsLogs()) {
    return;
  }
  const level = levelOf(formatted);
  const occasion = { severity: severityOf(level), within: line.within };
  if (isEnabled(logger, level)) {
    sendRecord(occasion, () => ({ ...winstonEntry(formatted, line), timeMillis: line.timeMillis }));
  }
}

/** The property may be coloured; what stands under the symbol is not. */
function levelOf(info: object): string {
  const level: unknown = Reflect.get(info, LEVEL) ?? Reflect.get(info, 'level');
  return typeof level === 'string' ? level : 'info';
}

/** Lines that no transport takes pass the logger too. */
function isEnabled(logger: unknown, level: string): boolean {
  const { isLevelEnabled } = logger as { readonly isLevelEnabled?: unknown };
  return typeof isLevelEnabled !== 'function' || Reflect.apply(isLevelEnabled, logger, [level]) !== false;
}

/** An object of the same class; formats ask whether it is an error. */
function copyWith(info: object, fields: TraceFields): object {
  const isPlain = Object.getPrototypeOf(info) === Object.prototype;
  const plain = isPlain ? attempt(() => ({ ...info, ...fields }), undefined) : undefined;
  if (plain !== undefined) {
    return plain;
  }
  const copy = Object.create(Object.getPrototypeOf(info) as object | null, Object.getOwnPropertyDescriptors(info)) as object;
  if (isError(info)) {
    // An accessor of newer engines, which works on the error alone.
    Object.defineProperty(copy, 'stack', { value: info.stack, configurable: true, writable: true, enumerable: false });
  }
  return Object.assign(copy, fields);
}
