import type { DeliveryResult } from './delivery-result.js';
import type { NextBatch, OwningRequest, WaitingRecords } from './waiting-records.js';

/** An exporter of one signal. */
export interface BatchExporter<R> {
  export(records: R[], done: (result: DeliveryResult) => void): void;
  shutdown(): Promise<void>;
}

/** Records that wait as they are, for an exporter that reads them: JSON, the console. */
export class PlainRecords<R> implements WaitingRecords<R> {
  private records: R[] = [];
  private requests: (OwningRequest | undefined)[] = [];

  /** @param maxBatchSize - how many go out together */
  constructor(
    private readonly exporter: BatchExporter<R>,
    private readonly maxBatchSize: number,
  ) {}

  get count(): number {
    return this.records.length;
  }

  get hasBatch(): boolean {
    return this.records.length >= this.maxBatchSize;
  }

  add(record: R, request: OwningRequest | undefined): number {
    this.records.push(record);
    this.requests.push(request);
    return 0;
  }

  take(): NextBatch {
    const requests = this.requests.splice(0, this.maxBatchSize);
    const taken = this.records.splice(0, this.maxBatchSize);
    const batch = taken.filter((_, index) => requests[index]?.ignored !== true);
    return {
      count: batch.length,
      leftOut: taken.length - batch.length,
      refused: 0,
      export: (done) => this.exporter.export(batch, done),
    };
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }
}
