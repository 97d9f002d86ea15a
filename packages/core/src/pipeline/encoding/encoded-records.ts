import { ExportResultCode } from '@opentelemetry/core';
import type { DeliveryResult } from '../delivery-result.js';
import { NOT_SERIALISED, type SizedDelivery } from '../sized-delivery.js';
import type { NextBatch, OwningRequest, WaitingRecords } from '../waiting-records.js';
import { EncodedBatch, RECORDS, type RecordChunk } from './encoded-batch.js';
import { ProtobufWriter } from './protobuf-writer.js';
import type { OriginatedRecord, RecordResource, RecordScope, SignalEncoding } from './signal-encoding.js';

/** A chunk of so many bytes is closed, however few records it has. */
const MAX_CHUNK_BYTES = 2 ** 20;

/** How much waits, and how much goes out together. */
export interface EncodedLimits {
  readonly maxBatchSize: number;
  readonly maxQueueBytes: number;
}

/** What is known of the records of the open chunk. Lists, because an object for each record would outlive a young one. */
interface OpenChunk {
  readonly ends: number[];
  readonly resources: RecordResource[];
  readonly scopes: RecordScope[];
  readonly requests: (OwningRequest | undefined)[];
  /** How many could not be written. */
  spoiled: number;
}

const NOTHING: NextBatch = { count: 0, leftOut: 0, refused: 0, export: () => {} };

type ClosedChunk = OpenChunk & RecordChunk;

/** Records that wait as bytes: each is written when it is added, and nothing of it is kept. */
export class EncodedRecords<R extends OriginatedRecord> implements WaitingRecords<R> {
  private readonly writer = new ProtobufWriter();
  private readonly closed: ClosedChunk[] = [];
  private closedBytes = 0;
  private open = emptyChunk();
  private waiting = 0;
  private isWriting = false;

  constructor(
    private readonly encoding: SignalEncoding<R>,
    private readonly delivery: SizedDelivery<EncodedBatch>,
    private readonly limits: EncodedLimits,
  ) {}

  get count(): number {
    return this.waiting;
  }

  get hasBatch(): boolean {
    return this.closed.length > 0;
  }

  add(record: R, request: OwningRequest | undefined): number {
    if (this.isWriting) {
      return this.addApart(record, request);
    }
    const { writer, open } = this;
    const start = writer.length;
    if (!this.write(record)) {
      writer.rewind(start);
      open.spoiled += 1;
    } else if (this.closedBytes + writer.length > this.limits.maxQueueBytes) {
      writer.rewind(start);
      return 1;
    } else {
      open.resources.push(record.resource);
      open.scopes.push(record.instrumentationScope);
      open.requests.push(request);
      open.ends.push(writer.length);
    }
    this.waiting += 1;
    if (open.ends.length + open.spoiled >= this.limits.maxBatchSize || writer.length >= MAX_CHUNK_BYTES) {
      this.close();
    }
    return 0;
  }

  take(): NextBatch {
    if (this.closed.length === 0 && this.waiting > 0) {
      this.close();
    }
    const chunk = this.closed.shift();
    if (chunk === undefined) {
      return NOTHING;
    }
    const { spoiled, requests } = chunk;
    const all = requests.length;
    this.closedBytes -= chunk.bytes.length;
    this.waiting -= all + spoiled;
    const kept = [...requests.keys()].filter((record) => requests[record]?.ignored !== true);
    const batch = new EncodedBatch(chunk, kept);
    return {
      count: kept.length + spoiled,
      leftOut: all - kept.length,
      refused: 0,
      export: (done) => this.export(batch, spoiled, done),
    };
  }

  shutdown(): Promise<void> {
    return this.delivery.shutdown();
  }

  /** Whether it could be written. */
  private write(record: R): boolean {
    this.isWriting = true;
    try {
      this.encoding.write(this.writer, RECORDS, record);
      return true;
    } catch {
      return false;
    } finally {
      this.isWriting = false;
    }
  }

  /** A record that comes while another one is read, out of something that the application reads it with. */
  private addApart(record: R, request: OwningRequest | undefined): number {
    const maxQueueBytes = this.limits.maxQueueBytes - this.closedBytes - this.writer.length;
    const apart = new EncodedRecords(this.encoding, this.delivery, { maxBatchSize: 1, maxQueueBytes });
    const refused = apart.add(record, request);
    this.closed.push(...apart.closed);
    this.closedBytes += apart.closedBytes;
    this.waiting += apart.waiting;
    return refused;
  }

  private close(): void {
    const bytes = this.writer.take();
    this.closed.push({ ...this.open, bytes, places: this.encoding.places });
    this.closedBytes += bytes.length;
    this.open = emptyChunk();
  }

  private export(batch: EncodedBatch, spoiled: number, done: (result: DeliveryResult) => void): void {
    if (batch.count === 0) {
      done(withSpoiled({ code: ExportResultCode.SUCCESS, failed: 0 }, spoiled));
    } else {
      this.delivery.export(batch, (result) => done(withSpoiled(result, spoiled)));
    }
  }
}

function emptyChunk(): OpenChunk {
  return { ends: [], resources: [], scopes: [], requests: [], spoiled: 0 };
}

/** A result that counts what could not be written beside what was sent. */
function withSpoiled(result: DeliveryResult, spoiled: number): DeliveryResult {
  if (spoiled === 0) {
    return result;
  }
  const { error = new Error(NOT_SERIALISED), failed = 0 } = result;
  return { code: ExportResultCode.FAILED, failed: failed + spoiled, error };
}
