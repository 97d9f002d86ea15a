import type { Context } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { redactText } from '../redaction/text-redaction.js';
import { exceptionAttributes, type ExceptionFacts } from '../tracing/exception.js';
import { requestScope } from '../tracing/request-scope.js';
import { logWork, takesRecord, withoutRecords } from './log-work.js';
import { plainFields } from './plain-value.js';
import type { Severity } from './severity.js';

/** How much of a message is sent, in characters. */
export const MAX_MESSAGE = 65_536;

/** One line as the application logged it. */
export interface LogEntry {
  readonly message: string;
  /** Whatever was logged along with it, as it is. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The line where it is a text and no JSON: fields that do not stand in it are not sent. */
  readonly line?: string | undefined;
  readonly error?: ExceptionFacts | undefined;
  /**
   * When it was logged, in milliseconds since 1970.
   *
   * @default now
   */
  readonly timeMillis?: number | undefined;
}

/** What decides whether a line is sent. */
export interface LogOccasion {
  readonly severity: Severity;
  /** The context in which it was logged. */
  readonly within: Context;
}

/**
 * Sends a record to the destinations, if its severity is one that is sent. What it holds is bounded and without secrets.
 * Never throws.
 *
 * @param describe - called only for a record that is sent; what is logged while it looks at the application's objects is
 * not recorded
 */
export function sendRecord({ severity, within }: LogOccasion, describe: () => LogEntry): void {
  const work = logWork();
  if (work === undefined || !takesRecord(severity.number, within)) {
    return;
  }
  try {
    withoutRecords(() => {
      const { message, fields, line, error, timeMillis } = describe();
      const attributes = {
        ...requestScope(within)?.attributes,
        ...plainFields(fields, line),
        ...(error && exceptionAttributes(error)),
      };
      const body = redactText(message).slice(0, MAX_MESSAGE);
      work.logger.emit({
        timestamp: timeMillis ?? Date.now(),
        severityNumber: severity.number,
        severityText: severity.text.slice(0, 256),
        body: work.options.body === 'json' ? JSON.stringify({ ...attributes, message: body }) : body,
        attributes,
        context: within,
      });
    });
  } catch (thrown) {
    reportInternalError('sending a log record', thrown);
  }
}
