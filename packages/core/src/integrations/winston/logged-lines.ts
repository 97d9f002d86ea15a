import type { Context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { attempt, isError } from '../../logs/attempt.js';
import { correlationFields, isRecording, sendsLogs, withRecords } from '../../logs/log-work.js';
import { sendRecord } from '../../logs/log-record.js';
import { severityOf } from '../../logs/severity.js';
import type { TraceFields } from '../../logs/trace-fields.js';
import { sharedState } from '../../shared-state.js';
import type { LoggedLine, Writer } from './logged-line.js';
import { loggedError, winstonEntry } from './winston-entry.js';

const LEVEL = Symbol.for('level');

/** The lines of one copy of winston that have been logged and are not yet written. */
export class LoggedLines {
  /** The logger that formats a line at this moment, and the line. */
  current: { readonly logger: unknown; readonly line: LoggedLine | undefined } | undefined;
  private readonly lines = new WeakMap<object, LoggedLine>();

  /** Sends the record of a line, from what is written of it. Never throws. */
  private readonly send = guarded('sending a line of winston', (line: LoggedLine, written: object) => {
    const occasion = { severity: severityOf(levelOf(written)), within: line.within };
    if (line.isRecorded) {
      withRecords(() => sendRecord(occasion, () => ({ ...winstonEntry(written, line), timeMillis: line.timeMillis })));
    }
  });

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
      const isRecorded = isRecording();
      const logged = isRecorded ? loggedError(info) : undefined;
      this.lines.set(taken, { within, timeMillis: Date.now(), logged, fields, isRecorded });
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

  /** A logger has formatted a line; one that the format has left out, and one that nobody writes, has no record. */
  formatted(line: LoggedLine, formatted: object, writer: Writer): void {
    if (writer === 'another logger') {
      this.lines.set(formatted, line);
    } else if (writer === 'a transport' && line.isRecorded) {
      atTransports().set(formatted, line);
    } else if (writer === 'the logger') {
      this.send(line, formatted);
    }
  }

  /** Whether a line waits for the format of a transport. */
  isAtTransports(info: unknown): boolean {
    return typeof info === 'object' && info !== null && atTransports().has(info);
  }

  /** A transport has formatted a line; what its format leaves out, another one may write. */
  writtenByTransport(info: unknown, written: unknown): void {
    const line = typeof info === 'object' && info !== null ? atTransports().get(info) : undefined;
    if (line !== undefined && typeof written === 'object' && written !== null) {
      atTransports().delete(info as object);
      this.send(line, written);
    }
  }
}

/** Those whose transports format them themselves, by what a logger has made of them; copies of winston share classes. */
function atTransports(): WeakMap<object, LoggedLine> {
  return sharedState('integrations.winston.lines', () => new WeakMap<object, LoggedLine>());
}

/** The property may be coloured; what stands under the symbol is not. */
function levelOf(info: object): string {
  const level: unknown = Reflect.get(info, LEVEL) ?? Reflect.get(info, 'level');
  return typeof level === 'string' ? level : 'info';
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
