import { context, TraceFlags } from '@opentelemetry/api';
import { ExportResultCode, suppressTracing, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { reportProblem } from '../diagnostics/report.js';
import { createDeliveryCounts } from './delivery-counts.js';
import type { DeliveryReporter } from './delivery-reporter.js';

const MAX_QUEUED_SPANS = 20_000;
const MAX_BATCH_SPANS = 512;
const SCHEDULE_DELAY_MILLIS = 1000;

/**
 * Carries ended spans to one exporter: a bounded queue, batches in order, one at a time, every span counted.
 *
 * Unlike the SDK's batch processor, a flush includes the batch in flight, and what does not fit is counted and told.
 */
export class SpanPipeline implements SpanProcessor {
  readonly counts = createDeliveryCounts();
  /** Whether a span is not to be exported after all; asked when it ends, and again when its batch goes out. */
  isLeftOut: (span: ReadableSpan) => boolean = () => false;
  private queue: ReadableSpan[] = [];
  private accepted = 0;
  private settled = 0;
  private sending: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly name: string,
    private readonly exporter: SpanExporter,
    private readonly reporter: DeliveryReporter,
  ) {}

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0 || this.isLeftOut(span)) {
      return;
    }
    if (this.ended || this.queue.length >= MAX_QUEUED_SPANS) {
      this.drop();
      return;
    }
    this.queue.push(span);
    this.accepted += 1;
    if (this.queue.length >= MAX_BATCH_SPANS) {
      void this.send();
    } else {
      this.schedule();
    }
  }

  /** Settles when every span ended before the call has been exported or has failed. Never rejects. */
  async forceFlush(): Promise<void> {
    const target = this.accepted;
    while (this.settled < target) {
      await this.send();
    }
  }

  /**
   * Gives everything that waits to the exporter at once, beside the batch under way: for the moment at which the
   * process can't wait for one batch after the other.
   */
  handOver(): void {
    while (this.queue.length > 0) {
      void this.exportNextBatch();
    }
  }

  async shutdown(): Promise<void> {
    this.ended = true;
    await this.forceFlush();
    clearTimeout(this.timer);
    await this.exporter.shutdown();
  }

  private drop(): void {
    this.counts.dropped += 1;
    const reason = this.ended ? 'the set-up was shut down' : `${MAX_QUEUED_SPANS} spans were waiting already`;
    reportProblem('OTELIER_SPANS_DROPPED', `Spans for ${this.name} are dropped: ${reason}.`);
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.send();
    }, SCHEDULE_DELAY_MILLIS).unref();
  }

  /** Sends until less than a batch is left, or joins the sending that is under way. */
  private send(): Promise<void> {
    this.sending ??= this.sendBatches().finally(() => {
      this.sending = undefined;
    });
    return this.sending;
  }

  private async sendBatches(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    do {
      await this.exportNextBatch();
    } while (this.queue.length >= MAX_BATCH_SPANS);
    if (this.queue.length > 0) {
      this.schedule();
    }
  }

  private async exportNextBatch(): Promise<void> {
    const next = this.queue.splice(0, MAX_BATCH_SPANS);
    const batch = next.filter((span) => !this.isLeftOut(span));
    this.settled += next.length - batch.length;
    if (batch.length > 0) {
      this.settle(batch, await this.export(batch));
    }
  }

  private settle(batch: readonly ReadableSpan[], result: ExportResult): void {
    this.settled += batch.length;
    if (result.code === ExportResultCode.SUCCESS) {
      this.counts.exported += batch.length;
      this.reporter.succeeded();
    } else {
      this.counts.failed += batch.length;
      this.reporter.failed(result.error);
    }
  }

  /** The exporter's own requests are not traced. */
  private export(batch: ReadableSpan[]): Promise<ExportResult> {
    return new Promise((resolve) => {
      context.with(suppressTracing(context.active()), () => {
        try {
          this.exporter.export(batch, resolve);
        } catch (error) {
          resolve({ code: ExportResultCode.FAILED, error: error instanceof Error ? error : new Error(String(error)) });
        }
      });
    });
  }
}
