import { context, type Context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { attempt } from '../../logs/attempt.js';
import { correlationFields, sendsLogs, takesRecord } from '../../logs/log-work.js';
import { sendRecord } from '../../logs/log-record.js';
import type { Severity } from '../../logs/severity.js';
import type { TraceFields } from '../../logs/trace-fields.js';
import { pinoEntry } from './pino-entry.js';
import { pinoSeverity } from './pino-severity.js';
import { pinoPart, pinoSymbols, type PinoSymbols } from './pino-symbols.js';
import { watchNextWrite } from './watched-stream.js';

/** What pino makes a line of: the logger, and the object, the message, the level and the time of the line. */
export interface PinoCall {
  readonly instance: object;
  readonly arguments: ArrayLike<unknown>;
}

/**
 * One line that pino is making.
 *
 * The ids are put behind the logger's bindings for as long as the line is made, since nothing else of it is open to
 * whoever hears of it: the application's own objects stay as they are, and a nested object does not take the ids in.
 */
export class PinoLine {
  private readonly within: Context = context.active();
  private readonly symbols: PinoSymbols | undefined;
  private readonly fields: TraceFields | undefined;
  private readonly severity: Severity | undefined;
  private restore: (() => void) | undefined;

  /** Puts the ids into the line. */
  constructor(private readonly call: PinoCall) {
    const fields = correlationFields(this.within);
    this.symbols = fields === undefined && !sendsLogs() ? undefined : pinoSymbols(call.instance);
    const severity = sendsLogs() ? pinoSeverity(call.instance, call.arguments[2]) : undefined;
    this.severity = severity !== undefined && takesRecord(severity.number, this.within) ? severity : undefined;
    // A frozen logger can't be given bindings.
    const isOpen = this.symbols !== undefined && Object.isExtensible(call.instance) && !this.namesTrace(this.symbols);
    this.fields = isOpen ? fields : undefined;
    if (this.fields !== undefined && this.symbols !== undefined) {
      this.restore = addBindings(call.instance, this.symbols.chindings, this.fields);
    }
  }

  /**
   * Restores the logger. The record is that of what the stream is given next, as a hook of the application's can change
   * the line. Without a line, as pino has failed, there is no record.
   */
  end(line: unknown): void {
    this.restore?.();
    if (this.symbols === undefined || typeof line !== 'string' || !sendsLogs()) {
      return;
    }
    const send = guarded('sending a line of pino', (written: unknown) =>
      this.send(typeof written === 'string' ? written : line),
    );
    if (!watchNextWrite(pinoPart(this.call.instance, this.symbols.stream), send)) {
      send(line);
    }
  }

  private send(line: string): void {
    const { symbols, fields, severity, within } = this;
    if (severity !== undefined && symbols !== undefined) {
      const facts = { instance: this.call.instance, arguments: this.call.arguments, symbols, fields };
      sendRecord({ severity, within }, () => pinoEntry(line, facts));
    }
  }

  /** The application's own ids win. */
  private namesTrace({ chindings, nestedKey }: PinoSymbols): boolean {
    const { instance, arguments: args } = this.call;
    const own = args[0];
    const isNested = typeof pinoPart(instance, nestedKey) === 'string';
    return (
      (!isNested && typeof own === 'object' && own !== null && attempt(() => 'trace_id' in own, true)) ||
      bindsTrace(pinoPart(instance, chindings))
    );
  }
}

/** One within an object of the bindings does not count. */
function bindsTrace(bindings: unknown): boolean {
  if (typeof bindings !== 'string') {
    return true;
  }
  return bindings.includes('"trace_id":') && attempt(() => 'trace_id' in (JSON.parse(`{${bindings.slice(1)}}`) as object), true);
}

function addBindings(instance: object, chindings: symbol, fields: TraceFields): () => void {
  const holder = instance as Record<symbol, unknown>;
  const isOwn = Object.hasOwn(instance, chindings);
  const before = holder[chindings];
  const { trace_id, span_id, trace_flags } = fields;
  const during = `${before as string},"trace_id":"${trace_id}","span_id":"${span_id}","trace_flags":"${trace_flags}"`;
  holder[chindings] = during;
  return () => {
    if (holder[chindings] !== during) {
      return;
    }
    if (isOwn) {
      holder[chindings] = before;
    } else {
      Reflect.deleteProperty(instance, chindings);
    }
  };
}
