import { context } from '@opentelemetry/api';
import { ExportResultCode, suppressTracing } from '@opentelemetry/core';
import type { DiagnosticCode } from '../diagnostics/codes.js';
import { reportProblem } from '../diagnostics/report.js';
import type { ResolvedBatchLimits } from '../options/resolved-options.js';
import { countDelivery, createDeliveryCounts } from './delivery-counts.js';
import type { DeliveryReporter } from './delivery-reporter.js';
import type { DeliveryResult } from './delivery-result.js';
import type { NextBatch, OwningRequest, WaitingRecords } from './waiting-records.js';

/** Where the records of one signal go. */
export interface BatchTarget<R> {
  /** For messages, such as `collector (http://localhost:4318/v1/traces)`. */
  readonly name: string;
  /** Where they wait, and what takes them from there. */
  readonly waiting: WaitingRecords<R>;
  readonly reporter: DeliveryReporter;
  readonly limits: ResolvedBatchLimits;
  /** Settles with the work of a flush, or as soon as waiting for the destination makes no sense. */
  readonly orVain?: ((work: Promise<void>) => Promise<void>) | undefined;
  /** What the records are called, and the code for those that are dropped. */
  readonly records: { readonly name: string; readonly dropped: DiagnosticCode };
}

/**
 * Carries records to one destination: a bounded queue, batches in order, one at a time, every record counted.
 *
 * Unlike the SDK's batch processors, a flush includes the batch in flight, and what does not fit is counted and told.
 */
export class BatchDelivery<R> {
  readonly counts = createDeliveryCounts();
  private accepted = 0;
  private settled = 0;
  private sending: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;
  /** What reads records to write them can end spans. */
  private isTaking = false;

  constructor(private readonly target: BatchTarget<R>) {}

  /** @param request - the one that the record belongs to; nothing of an ignored one goes out */
  accept(record: R, request?: OwningRequest): void {
    const { waiting, limits } = this.target;
    if (this.ended || waiting.count >= limits.maxQueueSize) {
      this.drop(this.ended ? 'the set-up was shut down' : `${limits.maxQueueSize} ${this.recordName} were waiting already`);
    } else {
      this.accepted += 1;
      this.refuse(waiting.add(record, request));
      this.expectSending();
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
    while (this.target.waiting.count > 0) {
      void this.exportNextBatch();
    }
  }

  async shutdown(): Promise<void> {
    this.ended = true;
    await this.forceFlush();
    clearTimeout(this.timer);
    const closing = this.target.waiting.shutdown();
    await (this.target.orVain?.(closing) ?? closing);
  }

  private async sendAll(): Promise<void> {
    const target = this.accepted;
    while (this.settled < target && (this.sending !== undefined || this.target.waiting.count > 0)) {
      await this.send();
    }
  }

  private get recordName(): string {
    return this.target.records.name.toLowerCase();
  }

  /** Records that were accepted have turned out to be larger than the room for them. */
  private refuse(count: number): void {
    this.settled += count;
    for (let refused = 0; refused < count; refused += 1) {
      this.drop(`no more than ${this.target.limits.maxQueueBytes} bytes of ${this.recordName} may wait`);
    }
  }

  private drop(reason: string): void {
    const { name, records } = this.target;
    this.counts.dropped += 1;
    reportProblem(records.dropped, `${records.name} for ${name} are dropped: ${reason}.`);
  }

  private expectSending(): void {
    if (this.isTaking) {
      return;
    }
    if (this.target.waiting.hasBatch) {
      void this.send();
    } else if (this.timer === undefined && this.target.waiting.count > 0) {
      this.schedule();
    }
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
    } while (this.target.waiting.hasBatch);
    if (this.target.waiting.count > 0) {
      this.schedule();
    }
  }

  private async exportNextBatch(): Promise<void> {
    const batch = this.take();
    if (batch.count > 0) {
      this.settle(batch.count, await this.export(batch));
    }
  }

  private take(): NextBatch {
    this.isTaking = true;
    try {
      const batch = this.target.waiting.take();
      this.settled += batch.leftOut;
      this.refuse(batch.refused);
      return batch;
    } finally {
      this.isTaking = false;
    }
  }

  private settle(count: number, result: DeliveryResult): void {
    this.settled += count;
    countDelivery(this.counts, count, result);
    this.tellOfTrimmed(result.trimmed);
    if (result.code === ExportResultCode.SUCCESS) {
      this.target.reporter.succeeded();
    } else {
      this.target.reporter.failed(result.error);
    }
  }

  /** Once for each, which is how they are counted. */
  private tellOfTrimmed(trimmed = 0): void {
    const { name, records } = this.target;
    for (let told = 0; told < trimmed; told += 1) {
      reportProblem(
        'OTELIER_RECORDS_TRIMMED',
        `${records.name} for ${name} are larger than a request may be: their longest attribute values were cut.`,
      );
    }
  }

  /** The exporter's own requests are not traced. */
  private export(batch: NextBatch): Promise<DeliveryResult> {
    return new Promise((resolve) => {
      context.with(suppressTracing(context.active()), () => {
        try {
          batch.export(resolve);
        } catch (error) {
          resolve({ code: ExportResultCode.FAILED, error: error instanceof Error ? error : new Error(String(error)) });
        }
      });
    });
  }
}
