import { isMainThread, workerData } from 'node:worker_threads';
import { format } from 'node:util';
import { context } from '@opentelemetry/api';
import { guarded } from '../diagnostics/guarded.js';
import { logWork, sendsLogs, withoutRecords } from '../logs/log-work.js';
import { traceFields, traceSuffix } from '../logs/trace-fields.js';
import { lazily } from '../lazily.js';
import type * as ConsoleEntry from './console/console-entry.js';
import type { Integration } from './integration.js';
import { wrapMethod, type Method } from './loading/wrapped-methods.js';

const entries = lazily(() => require('./console/console-entry.js') as typeof ConsoleEntry);

/** The others print through these, or print what is no line of a log. */
const METHODS = ['debug', 'info', 'log', 'warn', 'error'] as const;

/** These print through the others what would be harmed by something at its end. */
const SHAPED = ['table', 'group', 'groupCollapsed'] as const;

/**
 * The global `console`, as far as the set-up sends logs, or the application wants the ids on its lines. What loggers
 * print through it is not sent twice.
 */
export const consoleIntegration: Integration = {
  name: 'console',

  start({ logs }) {
    if ((!logs.send && !logs.correlateConsole) || printsLinesOfPino()) {
      return { scan: () => {}, stop: () => {} };
    }
    const shape: Shape = { depth: 0 };
    const undos = [
      ...METHODS.map((name) => wrapMethod(console, name, (original) => observed(original, name, shape))),
      ...(logs.correlateConsole ? SHAPED.map((name) => wrapMethod(console, name, (original) => shaped(original, shape))) : []),
    ];
    return { scan: () => {}, stop: () => undos.forEach((undo) => undo()) };
  },
};

/** How many calls are under way whose output keeps its shape. */
interface Shape {
  depth: number;
}

/** A thread of pino's transports: what it prints has been logged, and sent, in another one. */
function printsLinesOfPino(): boolean {
  const data = workerData as { readonly workerData?: { readonly $context?: { readonly threadStreamVersion?: unknown } } } | null;
  return !isMainThread && data?.workerData?.$context?.threadStreamVersion !== undefined;
}

function observed(original: Method, name: (typeof METHODS)[number], shape: Shape): Method {
  const send = guarded('sending a line of the console', (args: readonly unknown[]) =>
    entries().sendConsoleCall(name, args, context.active()),
  );
  return function print(...args) {
    if (sendsLogs()) {
      send(args);
    }
    // Methods of the console can call each other.
    return withoutRecords(() => original.apply(this, shape.depth === 0 ? correlated(args) : args));
  };
}

function shaped(original: Method, shape: Shape): Method {
  return function print(...args) {
    shape.depth += 1;
    try {
      return original.apply(this, args);
    } finally {
      shape.depth -= 1;
    }
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
