import { format, inspect, stripVTControlCharacters } from 'node:util';
import type { Context } from '@opentelemetry/api';
import { attempt, isError } from '../../logs/attempt.js';
import { MAX_MESSAGE, sendRecord } from '../../logs/log-record.js';
import { redactNamedSecrets } from '../../logs/named-secrets.js';
import { UNREADABLE } from '../../logs/plain-value.js';
import { severityOf } from '../../logs/severity.js';
import { describeException } from '../../tracing/exception.js';

/** Otelier's own messages tell of the sending itself. */
const OWN = '[otelier] ';

/** Sends what a method of the console prints: the text of the line, without the secrets that it names. */
export function sendConsoleCall(method: string, args: readonly unknown[], within: Context): void {
  const [first] = args;
  if (typeof first === 'string' && first.startsWith(OWN)) {
    return;
  }
  sendRecord({ severity: severityOf(method), within }, () => {
    const thrown = args.find(isOpenError);
    const error = thrown === undefined ? undefined : describeException(thrown);
    return { message: error !== undefined && args.length === 1 ? error.message : textOf(args), fields: {}, error };
  });
}

/** Cut first: what could follow is up to the application. */
function textOf(args: readonly unknown[]): string {
  const text = attempt(() => format(...args.map(shown)), UNREADABLE);
  return redactNamedSecrets(stripVTControlCharacters(text.slice(0, MAX_MESSAGE)));
}

/** An error in a text is its message, as its stack stands elsewhere; anything else is what the console prints of it. */
function shown(value: unknown): unknown {
  if (!isOpenError(value)) {
    return value;
  }
  const { type, message } = describeException(value);
  return `${type}: ${message}`;
}

/** An error that says itself what is printed of it shows that alone. */
function isOpenError(value: unknown): value is Error {
  return isError(value) && attempt(() => !(inspect.custom in value), false);
}
