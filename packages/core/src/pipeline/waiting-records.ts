import type { DeliveryResult } from './delivery-result.js';

/** The request that a record was made for, as far as it decides whether the record goes out. */
export interface OwningRequest {
  /** Whether nothing of the request is exported; it can turn out so until it is over. */
  readonly ignored: boolean;
  /** Whether that is decided for good; a record that waits need not hold such a request. */
  readonly isDecided?: boolean;
}

/** Records that go out together. */
export interface NextBatch {
  /** How many there are. */
  readonly count: number;
  /** How many had waited with them and are left out. */
  readonly leftOut: number;
  /** For how many there has been no room when they were taken. */
  readonly refused: number;
  /** Gives them to the exporter; may throw what that throws. */
  export(done: (result: DeliveryResult) => void): void;
}

/** Records of one signal that wait to be sent to one destination. */
export interface WaitingRecords<R> {
  /** How many wait. */
  readonly count: number;
  /** Whether as many wait as go out together. */
  readonly hasBatch: boolean;
  /**
   * Adds a record.
   *
   * @returns for how many there was no room: for this one, or for earlier ones that are looked at only now
   */
  add(record: R, request: OwningRequest | undefined): number;
  /** Takes those that have waited longest, without those whose request is ignored by now. */
  take(): NextBatch;
  /** Ends what they are given to. */
  shutdown(): Promise<void>;
}
