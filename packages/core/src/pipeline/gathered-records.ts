import type { NextBatch, OwningRequest, WaitingRecords } from './waiting-records.js';

/**
 * So many are handed on together. Between the ends of two requests, the processor has forgotten the code that writes a
 * span: one after the other, 64 of them cost less than half of what each costs by itself, and more gain little.
 */
const HANDED_ON_TOGETHER = 64;

/**
 * Records that do not change any more, and are handed on some at a time to where they wait: at the latest when they are
 * taken.
 */
export class GatheredRecords<R> implements WaitingRecords<R> {
  private records: R[] = [];
  private requests: (OwningRequest | undefined)[] = [];
  private readonly together: number;

  /**
   * @param waiting - where they wait
   * @param maxBatchSize - how many go out together
   */
  constructor(
    private readonly waiting: WaitingRecords<R>,
    private readonly maxBatchSize: number,
  ) {
    this.together = Math.min(HANDED_ON_TOGETHER, maxBatchSize);
  }

  get count(): number {
    return this.waiting.count + this.records.length;
  }

  get hasBatch(): boolean {
    return this.waiting.hasBatch || this.count >= this.maxBatchSize;
  }

  add(record: R, request: OwningRequest | undefined): number {
    this.records.push(record);
    this.requests.push(request);
    return this.records.length >= this.together ? this.handOn() : 0;
  }

  take(): NextBatch {
    const refused = this.handOn();
    const batch = this.waiting.take();
    return refused === 0 ? batch : { ...batch, refused: batch.refused + refused };
  }

  shutdown(): Promise<void> {
    return this.waiting.shutdown();
  }

  /** What reading them makes anew is gathered for the next time. */
  private handOn(): number {
    const { records, requests } = this;
    this.records = [];
    this.requests = [];
    let refused = 0;
    records.forEach((record, at) => {
      refused += this.waiting.add(record, requests[at]);
    });
    return refused;
  }
}
