import { context } from '@opentelemetry/api';
import { ExportResultCode, isTracingSuppressed, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';

/** An exporter whose batches the test answers one by one. */
export class HeldExporter implements SpanExporter {
  readonly batches: ReadableSpan[][] = [];
  readonly suppressed: boolean[] = [];
  isShutDown = false;
  private readonly answers: ((result: ExportResult) => void)[] = [];

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.batches.push(spans);
    this.suppressed.push(isTracingSuppressed(context.active()));
    this.answers.push(done);
  }

  /** Answers the oldest batch that has no answer, and lets the pipeline go on. */
  async answer(error?: Error): Promise<void> {
    const done = this.answers.shift();
    if (done === undefined) {
      throw new Error('no batch waits for an answer');
    }
    done(error === undefined ? { code: ExportResultCode.SUCCESS } : { code: ExportResultCode.FAILED, error });
    await new Promise(setImmediate);
  }

  /** Answers batches until none comes any more. */
  async answerAll(): Promise<void> {
    while (this.answers.length > 0) {
      await this.answer();
    }
  }

  shutdown(): Promise<void> {
    this.isShutDown = true;
    return Promise.resolve();
  }
}
