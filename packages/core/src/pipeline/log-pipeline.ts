import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { BatchDelivery, type BatchTarget } from './batch-delivery.js';

const RECORDS = { name: 'Log records', dropped: 'OTELIER_LOGS_DROPPED' } as const;

/** Carries log records to one exporter. */
export class LogPipeline extends BatchDelivery<ReadableLogRecord> implements LogRecordProcessor {
  constructor(target: Omit<BatchTarget<ReadableLogRecord>, 'records'>) {
    super({ ...target, records: RECORDS });
  }

  onEmit(record: ReadableLogRecord): void {
    this.accept(record);
  }
}
