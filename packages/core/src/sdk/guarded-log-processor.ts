import type { Context } from '@opentelemetry/api';
import type { LogRecordProcessor, SdkLogRecord } from '@opentelemetry/sdk-logs';
import { guarded } from '../diagnostics/guarded.js';

/** A log record processor of the application's, whose errors do not reach the code that logs. */
export class GuardedLogRecordProcessor implements LogRecordProcessor {
  readonly onEmit: (record: SdkLogRecord, within?: Context) => void;

  constructor(private readonly processor: LogRecordProcessor) {
    this.onEmit = guarded('a log record processor', (record: SdkLogRecord, within?: Context) =>
      processor.onEmit(record, within),
    );
  }

  async forceFlush(): Promise<void> {
    await this.processor.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.processor.shutdown();
  }
}
