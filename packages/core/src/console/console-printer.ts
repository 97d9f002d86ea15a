import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import { describeLog } from './log-description.js';
import { OpenTraces } from './open-traces.js';
import { createPalette, type Palette } from './palette.js';
import { renderLine, renderTree } from './trace-page.js';
import type { TraceTree } from './trace-tree.js';

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

  constructor(private readonly options: PrinterOptions) {
    this.palette = createPalette(options.colored);
  }

  readonly spans: SpanExporter = {
    export: (spans, done) => this.attempt(done, () => this.printTrees(this.open.addSpans(spans))),
    shutdown: () => this.end(),
  };

  readonly logs: LogRecordExporter = {
    export: (records, done) => this.attempt(done, () => records.forEach((record) => this.addLog(record))),
    forceFlush: () => Promise.resolve(),
    shutdown: () => this.end(),
  };

  /** Prints what still waits for the end of its trace, which will not come. */
  printOpen(): void {
    this.printTrees(this.open.takeAll());
  }

  private addLog(record: ReadableLogRecord): void {
    const { isWaiting, surplus } = this.open.addLog(record);
    this.printTrees(surplus);
    if (!isWaiting) {
      const { spanContext } = record;
      const trace = spanContext === undefined ? '' : `  ${this.palette.dim(`trace ${spanContext.traceId}`)}`;
      this.options.print(`${describeLog(record, this.palette)}${trace}`);
    }
  }

  private printTrees(trees: readonly TraceTree[]): void {
    const render = this.options.quiet ? renderLine : renderTree;
    const lines = trees.flatMap((tree) => render(tree, this.palette));
    if (lines.length > 0) {
      this.options.print(lines.join('\n'));
    }
  }

  private async end(): Promise<void> {
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

