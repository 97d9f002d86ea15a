import { Console } from 'node:console';
import { ConsolePrinter } from '../console/console-printer.js';
import type { ResolvedBatchLimits, ResolvedConsole, ResolvedSignal } from '../options/resolved-options.js';
import { sharedState } from '../shared-state.js';

/** Somebody sits in front of it. */
const MAX_DELAY_MILLIS = 100;

/** The printer of one console destination: the one for its spans is the one for its log records. */
export function consolePrinter(settled: ResolvedConsole): ConsolePrinter {
  const printers = sharedState('sdk.console-printers', () => new WeakMap<ResolvedConsole, ConsolePrinter>());
  const printer = printers.get(settled) ?? createPrinter(settled);
  printers.set(settled, printer);
  return printer;
}

/** Spans reach the console soon. */
export function spanLimits(signal: ResolvedSignal, limits: ResolvedBatchLimits): ResolvedBatchLimits {
  return signal.kind === 'console'
    ? { ...limits, scheduleDelayMillis: Math.min(limits.scheduleDelayMillis, MAX_DELAY_MILLIS) }
    : limits;
}

/** Log records reach the console at once: they have to be there when their trace is printed. */
export function logLimits(signal: ResolvedSignal, limits: ResolvedBatchLimits): ResolvedBatchLimits {
  return signal.kind === 'console' ? { ...limits, maxBatchSize: 1 } : limits;
}

/** The process ends: prints the traces that have not ended. */
export function printOpenTraces(signal: ResolvedSignal): void {
  if (signal.kind === 'console') {
    consolePrinter(signal.console).printOpen();
  }
}

function createPrinter({ quiet, colors }: ResolvedConsole): ConsolePrinter {
  const { stdout } = process;
  // One of its own: the global one can be observed, and what is printed here is no log record.
  const terminal = new Console({ stdout, ignoreErrors: true });
  return new ConsolePrinter({
    quiet,
    colored: colors === 'always' || (colors === 'on a terminal' && stdout.isTTY),
    print: (lines) => terminal.log(lines),
  });
}
