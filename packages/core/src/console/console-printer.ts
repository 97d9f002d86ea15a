import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import { describeLog } from './log-description.js';
import { OpenTraces } from './open-traces.js';
import { createPalette, type Palette } from './palette.js';
import { renderLine, renderTree } from './trace-page.js';
import type { TraceTree } from './trace-tree.js';

/** How long log records wait for the first span of their trace. */
const MAX_WAIT_MILLIS = 10_000;

/** How traces are printed. */
export interface PrinterOptions {
  /** One line for each trace. */
  readonly quiet: boolean;
  readonly colored: boolean;
  /** Prints lines, with a line break behind the last one. */
  readonly print: (lines: string) => void;
}

/** Prints traces for people, each when its local root has ended, with the log records that belong to it. */
export class ConsolePrinter {
  private readonly open = new OpenTraces();
  private readonly palette: Palette;
  private expectsSpans = false;
  private takeLogs: () => void = () => {};
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: PrinterOptions) {
    this.palette = createPalette(options.colored);
  }

  readonly spans: SpanExporter = {
    export: (spans, done) =>
      this.attempt(done, () => {
        this.takeLogs();
        this.printTrees(this.open.addSpans(spans));
      }),
    shutdown: () => this.end(),
  };

  readonly logs: LogRecordExporter = {
    export: (records, done) => this.attempt(done, () => records.forEach((record) => this.addLog(record))),
    forceFlush: () => Promise.resolve(),
    shutdown: () => this.end(),
  };

  /** Log records wait for the spans of their traces from now on. */
  expectSpans(): void {
    this.expectsSpans = true;
  }

  /** Calls a function that hands over log records before any tree is printed. */
  beforeTrees(takeLogs: () => void): void {
    this.takeLogs = takeLogs;
  }

  /** Prints what still waits for the end of its trace, which will not come. */
  printOpen(): void {
    this.takeLogs();
    this.printTrees(this.open.takeAll());
  }

  private addLog(record: ReadableLogRecord): void {
    // In quiet mode there is no tree to wait for.
    const isAwaited = this.expectsSpans && !this.options.quiet;
    const { isWaiting, surplus } = isAwaited ? this.open.addLog(record) : { isWaiting: false, surplus: [] };
    this.printTrees(surplus);
    if (isWaiting) {
      this.watchWaiting();
    } else {
      this.printLog(record);
    }
  }

  /** The spans of a trace that is sampled at its end may never come. */
  private watchWaiting(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const { records, isDone } = this.open.takeOverdueLogs(MAX_WAIT_MILLIS);
      records.forEach((overdue) => this.printLog(overdue));
      if (!isDone) {
        this.watchWaiting();
      }
    }, MAX_WAIT_MILLIS).unref();
  }

  private printLog(record: ReadableLogRecord): void {
    const { spanContext } = record;
    const trace = spanContext === undefined ? '' : `  ${this.palette.dim(`trace ${spanContext.traceId}`)}`;
    this.options.print(`${describeLog(record, this.palette)}${trace}`);
  }

  private printTrees(trees: readonly TraceTree[]): void {
    const render = this.options.quiet ? renderLine : renderTree;
    const lines = trees.flatMap((tree) => render(tree, this.palette));
    if (lines.length > 0) {
      this.options.print(lines.join('\n'));
    }
  }

  private async end(): Promise<void> {
    clearTimeout(this.timer);
    this.printOpen();
    await Promise.resolve();
  }

  private attempt(done: (result: ExportResult) => void, action: () => void): void {
    try {
      action();
      done({ code: ExportResultCode.SUCCESS });
    } catch (error) {
      done({ code: ExportResultCode.FAILED, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }
}
