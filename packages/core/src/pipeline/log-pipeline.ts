import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { BatchDelivery, type BatchTarget } from './batch-delivery.js';
import type { DeliveryCounts } from './delivery-counts.js';

const RECORDS = { name: 'Log records', dropped: 'OTELIER_LOGS_DROPPED' } as const;

/** Carries log records to one exporter. */
export class LogPipeline implements LogRecordProcessor {
  private readonly delivery: BatchDelivery<ReadableLogRecord>;

  constructor(target: Omit<BatchTarget<ReadableLogRecord>, 'records'>) {
    this.delivery = new BatchDelivery({ ...target, records: RECORDS }, () => false);
  }

  get counts(): DeliveryCounts {
    return this.delivery.counts;
  }

  onEmit(record: ReadableLogRecord): void {
    this.delivery.accept(record);
  }

  /** Settles when every record made before the call has been exported or has failed. Never rejects. */
  forceFlush(): Promise<void> {
    return this.delivery.flush();
  }

  /** Gives everything that waits to the exporter at once. */
  handOver(): void {
    this.delivery.handOver();
  }

  shutdown(): Promise<void> {
    return this.delivery.shutdown();
  }
}
