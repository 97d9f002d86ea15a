import { format, stripVTControlCharacters } from 'node:util';
import type { Context } from '@opentelemetry/api';
import { attempt, isError } from '../../logs/attempt.js';
import { sendRecord } from '../../logs/log-record.js';
import { isRememberedLine } from '../../logs/log-work.js';
import { plainFields } from '../../logs/plain-value.js';
import { severityOf } from '../../logs/severity.js';
import { describeException } from '../../tracing/exception.js';

/** Otelier's own messages tell of the sending itself. */
const OWN = '[otelier] ';

/** Sends what a method of the console prints; an object in it is shown without its secrets. */
export function sendConsoleCall(method: string, args: readonly unknown[], within: Context): void {
  const severity = severityOf(method);
  const [first] = args;
  const isKnown = typeof first === 'string' && (first.startsWith(OWN) || (args.length === 1 && isRememberedLine(first)));
  if (isKnown) {
    return;
  }
  sendRecord({ severity, within }, () => {
    const thrown = args.find(isError);
    const error = thrown === undefined ? undefined : describeException(thrown);
    return { message: error !== undefined && args.length === 1 ? error.message : textOf(args), fields: {}, error };
  });
}

function textOf(args: readonly unknown[]): string {
  return stripVTControlCharacters(format(...args.map(shown)));
}

/** Plain objects and arrays lose their secrets; an error in a text is its message, as its stack stands elsewhere. */
function shown(value: unknown): unknown {
  if (isError(value)) {
    const { type, message } = describeException(value);
    return `${type}: ${message}`;
  }
  return isPlain(value) ? (plainFields({ value })['value'] ?? {}) : value;
}

function isPlain(value: unknown): boolean {
  const prototypes: unknown[] = [Object.prototype, Array.prototype, null];
  const isObject = typeof value === 'object' && value !== null;
  return isObject && attempt(() => prototypes.includes(Object.getPrototypeOf(value)), true);
}
