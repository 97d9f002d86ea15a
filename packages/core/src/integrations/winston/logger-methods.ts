import { context } from '@opentelemetry/api';
import { guarded } from '../../diagnostics/guarded.js';
import { withoutRecords } from '../../logs/log-work.js';
import type { Undo } from '../integration.js';
import { wrapInheritedMethod } from '../loading/inherited-methods.js';
import { wrapMethod, type Method } from '../loading/wrapped-methods.js';
import { formattedLine, LoggedLines, type LoggedLine } from './logged-lines.js';

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
  const undos = [
    wrapInheritedMethod(prototype, 'write', (original) => observedWrite(original, lines)),
    wrapMethod(prototype, '_transform', (original) => observedTransform(original, lines)),
    wrapInheritedMethod(prototype, 'push', (original) => observedPush(original, lines)),
  ];
  return () => undos.forEach((undo) => undo());
}

/** A transport's `log` whose output by `console` is no line of its own. */
export function quietLog(original: Method): Method {
  return function log(...args) {
    return withoutRecords(() => original.apply(this, args));
  };
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

function observedPush(original: Method, lines: LoggedLines): Method {
  const send = guarded('sending a line of winston', (logger: unknown, line: LoggedLine, formatted: unknown) =>
    formattedLine(logger, line, formatted),
  );
  return function push(formatted, ...rest) {
    const { current } = lines;
    if (current?.line !== undefined && current.logger === this) {
      send(this, current.line, formatted);
      lines.current = undefined;
    }
    return original.apply(this, [formatted, ...rest]);
  };
}
