import { format } from 'node:util';
import { context } from '@opentelemetry/api';
import { guarded } from '../diagnostics/guarded.js';
import { logWork, sendsLogs, withoutRecords } from '../logs/log-work.js';
import { traceFields, traceSuffix } from '../logs/trace-fields.js';
import { sendConsoleCall } from './console/console-entry.js';
import type { Integration } from './integration.js';
import { wrapMethod, type Method } from './loading/wrapped-methods.js';

/** The others print through these, or print what is no line of a log, such as a table. */
const METHODS = ['debug', 'info', 'log', 'warn', 'error'] as const;

/**
 * The global `console`, as far as the set-up sends logs, or the application wants the ids on its lines. What loggers
 * print through it is not sent twice.
 */
export const consoleIntegration: Integration = {
  name: 'console',

  start({ logs }) {
    const methods = logs.send || logs.correlateConsole ? METHODS : [];
    const undos = methods.map((name) => wrapMethod(console, name, (original) => observed(original, name)));
    return { scan: () => {}, stop: () => undos.forEach((undo) => undo()) };
  },
};

function observed(original: Method, name: (typeof METHODS)[number]): Method {
  const send = guarded('sending a line of the console', (args: readonly unknown[]) =>
    sendConsoleCall(name, args, context.active()),
  );
  return function print(...args) {
    if (sendsLogs()) {
      send(args);
    }
    // Methods of the console can call each other.
    return withoutRecords(() => original.apply(this, correlated(args)));
  };
}

/** The ids stand behind everything else; a directive such as `%s` must not take them in. */
function correlated(args: unknown[]): unknown[] {
  const fields = logWork()?.options.correlateConsole === true ? traceFields(context.active()) : undefined;
  if (fields === undefined || args.length === 0) {
    return args;
  }
  const suffix = traceSuffix(fields);
  const [first] = args;
  return typeof first === 'string' && first.includes('%') ? [format(...args) + suffix] : [...args, suffix.slice(1)];
}
