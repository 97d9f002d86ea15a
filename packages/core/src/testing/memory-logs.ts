import type { Attributes } from '@opentelemetry/api';
import type { LogRecordProcessor, SdkLogRecord } from '@opentelemetry/sdk-logs';

/** A log record as plain data. */
export interface EmittedLogRecord {
  readonly body: unknown;
  readonly severityText: string | undefined;
  readonly severityNumber: number | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Those of the span that was active; `undefined` outside any span. */
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  /** The name of the instrumentation scope. */
  readonly scope: string;
}

/** Keeps log records. */
export class MemoryLogs implements LogRecordProcessor {
  private emitted: EmittedLogRecord[] = [];

  /** In the order in which they were made. */
  get all(): readonly EmittedLogRecord[] {
    return [...this.emitted];
  }

  onEmit(record: SdkLogRecord): void {
    const { body, severityText, severityNumber, spanContext, instrumentationScope } = record;
    this.emitted.push({
      body,
      severityText,
      severityNumber,
      attributes: { ...(record.attributes as Attributes) },
      traceId: spanContext?.traceId,
      spanId: spanContext?.spanId,
      scope: instrumentationScope.name,
    });
  }

  reset(): void {
    this.emitted = [];
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
