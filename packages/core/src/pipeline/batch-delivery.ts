import { context } from '@opentelemetry/api';
import { ExportResultCode, suppressTracing } from '@opentelemetry/core';
import type { DiagnosticCode } from '../diagnostics/codes.js';
import { reportProblem } from '../diagnostics/report.js';
import type { ResolvedBatchLimits } from '../options/resolved-options.js';
import { countDelivery, createDeliveryCounts } from './delivery-counts.js';
import type { DeliveryReporter } from './delivery-reporter.js';
import type { DeliveryResult } from './delivery-result.js';

/** An exporter of one signal. */
export interface BatchExporter<R> {
  export(records: R[], done: (result: DeliveryResult) => void): void;
  shutdown(): Promise<void>;
}

/** Where the records of one signal go. */
export interface BatchTarget<R> {
  /** For messages, such as `collector (http://localhost:4318/v1/traces)`. */
  readonly name: string;
  readonly exporter: BatchExporter<R>;
  readonly reporter: DeliveryReporter;
  readonly limits: ResolvedBatchLimits;
  /** Settles with the work of a flush, or as soon as waiting for the destination makes no sense. */
  readonly orVain?: ((work: Promise<void>) => Promise<void>) | undefined;
  /** What the records are called, and the code for those that are dropped. */
  readonly records: { readonly name: string; readonly dropped: DiagnosticCode };
}

/**
 * Carries records to one exporter: a bounded queue, batches in order, one at a time, every record counted.
 *
 * Unlike the SDK's batch processors, a flush includes the batch in flight, and what does not fit is counted and told.
 */
export class BatchDelivery<R> {
  readonly counts = createDeliveryCounts();
  /** Whether a record is not to be exported after all; asked when its batch goes out. */
  isLeftOut: (record: R) => boolean = () => false;
  private queue: R[] = [];
  private accepted = 0;
  private settled = 0;
  private sending: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(private readonly target: BatchTarget<R>) {}

  accept(record: R): void {
    const { maxQueueSize, maxBatchSize } = this.target.limits;
    if (this.ended || this.queue.length >= maxQueueSize) {
      this.drop();
      return;
    }
    this.queue.push(record);
    this.accepted += 1;
    if (this.queue.length >= maxBatchSize) {
      void this.send();
    } else {
      this.schedule();
    }
  }

  /**
   * Settles when every record accepted before the call has been exported or has failed, or when there is no point in
   * waiting for that. Never rejects.
   */
  forceFlush(): Promise<void> {
    const work = this.sendAll();
    return this.target.orVain?.(work) ?? work;
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
    const closing = this.target.exporter.shutdown();
    await (this.target.orVain?.(closing) ?? closing);
  }

  private async sendAll(): Promise<void> {
    const target = this.accepted;
    while (this.settled < target) {
      await this.send();
    }
  }

  private drop(): void {
    const { name, records, limits } = this.target;
    this.counts.dropped += 1;
    const reason = this.ended ? 'the set-up was shut down' : `${limits.maxQueueSize} ${records.name.toLowerCase()} were waiting already`;
    reportProblem(records.dropped, `${records.name} for ${name} are dropped: ${reason}.`);
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.send();
    }, this.target.limits.scheduleDelayMillis).unref();
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
    } while (this.queue.length >= this.target.limits.maxBatchSize);
    if (this.queue.length > 0) {
      this.schedule();
    }
  }

  private async exportNextBatch(): Promise<void> {
    const next = this.queue.splice(0, this.target.limits.maxBatchSize);
    const batch = next.filter((record) => !this.isLeftOut(record));
    this.settled += next.length - batch.length;
    if (batch.length > 0) {
      this.settle(batch, await this.export(batch));
    }
  }

  private settle(batch: readonly R[], result: DeliveryResult): void {
    this.settled += batch.length;
    countDelivery(this.counts, batch.length, result);
    if (result.code === ExportResultCode.SUCCESS) {
      this.target.reporter.succeeded();
    } else {
      this.target.reporter.failed(result.error);
    }
  }

  /** The exporter's own requests are not traced. */
  private export(batch: R[]): Promise<DeliveryResult> {
    return new Promise((resolve) => {
      context.with(suppressTracing(context.active()), () => {
        try {
          this.target.exporter.export(batch, resolve);
        } catch (error) {
          resolve({ code: ExportResultCode.FAILED, error: error instanceof Error ? error : new Error(String(error)) });
        }
      });
    });
  }
}
