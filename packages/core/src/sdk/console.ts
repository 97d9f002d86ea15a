import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { ConsolePrinter } from '../console/console-printer.js';
import type * as ConsolePrinterFile from '../console/console-printer.js';
import { lazily } from '../lazily.js';
import type { ResolvedBatchLimits, ResolvedConsole, ResolvedSignal } from '../options/resolved-options.js';
import type { LogPipeline } from '../pipeline/log-pipeline.js';
import { sharedState } from '../shared-state.js';

const printers = lazily(() => require('../console/console-printer.js') as typeof ConsolePrinterFile);

/** Somebody sits in front of it. */
const MAX_DELAY_MILLIS = 100;

/** The printer of one console destination: the one for its spans is the one for its log records. */
function consolePrinter(settled: ResolvedConsole): ConsolePrinter {
  const known = sharedState('sdk.console-printers', () => new WeakMap<ResolvedConsole, ConsolePrinter>());
  const printer = known.get(settled) ?? createPrinter(settled);
  known.set(settled, printer);
  return printer;
}

/** The exporter for the spans of a console destination. */
export function consoleSpans(settled: ResolvedConsole): SpanExporter {
  const printer = consolePrinter(settled);
  printer.expectSpans();
  return printer.spans;
}

/** The exporter for the log records of a console destination. */
export function consoleLogs(settled: ResolvedConsole): LogRecordExporter {
  return consolePrinter(settled).logs;
}

/** The records that wait on their way to the console have to be there before the tree of their trace is printed. */
export function printBeforeTrees(signal: ResolvedSignal, logs: Pick<LogPipeline, 'handOver'>): void {
  if (signal.kind === 'console') {
    consolePrinter(signal.console).beforeTrees(() => logs.handOver());
  }
}

/** Spans reach the console soon. */
export function spanLimits(signal: ResolvedSignal, limits: ResolvedBatchLimits): ResolvedBatchLimits {
  return signal.kind === 'console'
    ? { ...limits, scheduleDelayMillis: Math.min(limits.scheduleDelayMillis, MAX_DELAY_MILLIS) }
    : limits;
}

/** Log records reach the console at once. */
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
  return new (printers().ConsolePrinter)({
    quiet,
    colored: colors === 'always' || (colors === 'on a terminal' && stdout.isTTY),
    print: printerTo(stdout),
  });
}

/**
 * Not by the global console, which can be observed. When nobody reads any more (`node app.js | head -1`) nothing is
 * printed any more, and the program goes on: without Otelier only what it prints itself could end it.
 */
function printerTo(stdout: NodeJS.WriteStream): (lines: string) => void {
  let isClosed = false;
  const ignore = (): void => {};
  return (lines) => {
    if (isClosed) {
      return;
    }
    stdout.write(`${lines}\n`, (error) => {
      if (error) {
        isClosed = true;
        // The stream tells of it once more, in this turn of the event loop.
        stdout.once('error', ignore);
        setImmediate(() => stdout.off('error', ignore)).unref();
      }
    });
  };
}
