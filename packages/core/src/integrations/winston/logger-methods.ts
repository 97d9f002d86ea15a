import { context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { sendsLogs, withoutRecords } from '../../logs/log-work.js';
import type { Undo } from '../integration.js';
import { wrapInheritedMethod } from '../loading/inherited-methods.js';
import { wrapMethod, type Method } from '../loading/wrapped-methods.js';
import { LoggedLines } from './logged-lines.js';
import { TransportObserver, writerOf } from './transports.js';

/**
 * Observes the loggers of a copy of winston.
 *
 * They are streams. A line is written in the context of whoever logs it; it is formatted at once or, behind others that
 * a slow transport holds up, later and in somebody else's context; then it is pushed to all transports.
 */
export function observeLogger(prototype: object | undefined): Undo {
  if (prototype === undefined) {
    return () => {};
  }
  const lines = new LoggedLines();
  const transports = new TransportObserver(lines);
  const undos = [
    wrapInheritedMethod(prototype, 'write', (original) => observedWrite(original, lines)),
    wrapMethod(prototype, '_transform', (original) => observedTransform(original, lines)),
    wrapInheritedMethod(prototype, 'push', (original) => observedPush(original, lines, transports)),
    wrapInheritedMethod(prototype, 'emit', observedEmit),
    () => transports.stop(),
  ];
  return () => undos.forEach((undo) => undo());
}

function observedWrite(original: Method, lines: LoggedLines): Method {
  const take = guarded('taking a line of winston', (info: unknown, use: (taken: unknown) => void) =>
    use(lines.take(info, context.active())),
  );
  return function write(info, ...rest) {
    let taken = info;
    take(info, (line) => {
      taken = line;
    });
    return original.apply(this, [taken, ...rest]);
  };
}

function observedTransform(original: Method, lines: LoggedLines): Method {
  return function transform(info, ...rest) {
    const outer = lines.current;
    lines.current = { logger: this, line: lines.lineOf(info) };
    try {
      return original.apply(this, [info, ...rest]);
    } finally {
      lines.current = outer;
    }
  };
}

function observedPush(original: Method, lines: LoggedLines, transports: TransportObserver): Method {
  const handOn = guarded('handing on a line of winston', (logger: object, formatted: unknown) => {
    const { current } = lines;
    if (current?.line === undefined || current.logger !== logger || typeof formatted !== 'object' || formatted === null) {
      return;
    }
    lines.current = undefined;
    const targets = transportsOf(logger);
    targets.forEach((target) => transports.observe(target));
    lines.formatted(current.line, formatted, writerOf(logger, targets, formatted));
  });
  return function push(formatted, ...rest) {
    if (sendsLogs()) {
      handOn(this as object, formatted);
    }
    return original.apply(this, [formatted, ...rest]);
  };
}

/** Streams of any kind can be transports, and print by `console`. */
function observedEmit(original: Method): Method {
  return function emit(event, ...rest) {
    const isLine = event === 'data' && sendsLogs();
    return isLine ? withoutRecords(() => original.apply(this, [event, ...rest])) : original.apply(this, [event, ...rest]);
  };
}

function transportsOf(logger: object): readonly object[] {
  const { transports } = logger as { readonly transports?: unknown };
  return Array.isArray(transports) ? (transports as readonly object[]) : [];
}
