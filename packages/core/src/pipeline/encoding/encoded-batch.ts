import { lengthDelimited, readPayloads } from '../protobuf-edit.js';
import { writeAttributes } from './attributes-encoding.js';
import { ProtobufWriter } from './protobuf-writer.js';
import { writeCount } from './record-ids.js';
import { trimRecord, type ValuePlaces } from './record-trimming.js';
import type { RecordResource, RecordScope } from './signal-encoding.js';
import { varintSize } from './varint-size.js';

/** The number of the records' field in their scope, the same for all signals. */
export const RECORDS = 2;

/** What a request holds beside its records takes about so many bytes. */
const FRAME_BYTES = 2048;

/** Written records one after the other. */
export interface RecordChunk {
  readonly bytes: Uint8Array;
  /** Where each of them ends. */
  readonly ends: readonly number[];
  readonly resources: readonly RecordResource[];
  readonly scopes: readonly RecordScope[];
  /** Where a record can be cut. */
  readonly places: ValuePlaces;
}

/** Written records that go out in one request. */
export class EncodedBatch {
  /** @param records - which ones of the chunk, by their position in it */
  constructor(
    private readonly chunk: RecordChunk,
    private readonly records: readonly number[],
  ) {}

  get count(): number {
    return this.records.length;
  }

  /**
   * The request with all of them, by resource and scope.
   *
   * @see https://github.com/open-telemetry/opentelemetry-proto/tree/v1.7.0/opentelemetry/proto/collector
   */
  body(): Uint8Array {
    const capacity = this.chunk.bytes.length + FRAME_BYTES;
    const sizeBytes = varintSize(capacity);
    const writer = new ProtobufWriter(capacity);
    for (const [resource, scopes] of this.byOrigin()) {
      const owner = writer.begin(1, sizeBytes);
      writeResource(writer, resource);
      for (const [scope, records] of scopes) {
        const scoped = writer.begin(2, sizeBytes);
        writeScope(writer, scope);
        this.writeRecords(writer, records);
        writeSchemaUrl(writer, scope);
        writer.end(scoped, sizeBytes);
      }
      writeSchemaUrl(writer, resource);
      writer.end(owner, sizeBytes);
    }
    return writer.finish();
  }

  /** Two parts that have all records between them; `undefined` for what can't be divided. */
  halves(): readonly [EncodedBatch, EncodedBatch] | undefined {
    const { chunk, records } = this;
    const middle = records.length >> 1;
    return middle === 0
      ? undefined
      : [new EncodedBatch(chunk, records.slice(0, middle)), new EncodedBatch(chunk, records.slice(middle))];
  }

  /**
   * A batch of one record with its longest values cut, so that its request has no more than so many bytes; `undefined`
   * for more than one record, and for what can't be made shorter.
   */
  trimmed(maxBytes: number): EncodedBatch | undefined {
    const { bytes, ends, resources, scopes, places } = this.chunk;
    const [record, ...others] = this.records;
    if (record === undefined || others.length > 0) {
      return undefined;
    }
    const own = bytes.subarray(ends[record - 1] ?? 0, ends[record]);
    const [message] = readPayloads(own, RECORDS);
    const frameBytes = this.body().length - (message?.length ?? 0);
    const shorter = message && trimRecord(message, maxBytes - frameBytes, places);
    if (shorter === undefined) {
      return undefined;
    }
    const written = lengthDelimited(RECORDS, shorter);
    const origin = { resources: resources.slice(record, record + 1), scopes: scopes.slice(record, record + 1) };
    return new EncodedBatch({ bytes: written, ends: [written.length], ...origin, places }, [0]);
  }

  private byOrigin(): Map<RecordResource, Map<RecordScope, number[]>> {
    const { resources, scopes } = this.chunk;
    const origins = new Map<RecordResource, Map<RecordScope, number[]>>();
    for (const record of this.records) {
      const [resource, scope] = [resources[record], scopes[record]];
      if (resource !== undefined && scope !== undefined) {
        const ofResource = origins.get(resource) ?? new Map<RecordScope, number[]>();
        const ofScope = ofResource.get(scope) ?? [];
        ofScope.push(record);
        origins.set(resource, ofResource.set(scope, ofScope));
      }
    }
    return origins;
  }

  /** Neighbours are copied together. */
  private writeRecords(writer: ProtobufWriter, records: readonly number[]): void {
    const { bytes, ends } = this.chunk;
    let [start, end] = [0, 0];
    for (const record of records) {
      const from = ends[record - 1] ?? 0;
      if (from !== end) {
        writer.copy(bytes.subarray(start, end));
        start = from;
      }
      end = ends[record] ?? from;
    }
    writer.copy(bytes.subarray(start, end));
  }
}

function writeResource(writer: ProtobufWriter, { attributes }: RecordResource): void {
  const start = writer.begin(1, 2);
  writeAttributes(writer, 1, attributes);
  writer.end(start, 2);
}

function writeScope(writer: ProtobufWriter, scope: RecordScope): void {
  const start = writer.begin(1);
  writer.text(1, scope.name);
  if (scope.version) {
    writer.text(2, scope.version);
  }
  if (scope.attributes !== undefined) {
    writeAttributes(writer, 3, scope.attributes);
  }
  writeCount(writer, 4, scope.droppedAttributesCount);
  writer.end(start);
}

function writeSchemaUrl(writer: ProtobufWriter, { schemaUrl }: { readonly schemaUrl?: string }): void {
  if (schemaUrl) {
    writer.text(3, schemaUrl);
  }
}
