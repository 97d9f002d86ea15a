import { isDeepStrictEqual } from 'node:util';
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { decodeLogsRequest, decodeTraceRequest, verifies } from '@otelier/testkit';
import { EncodedBatch, RECORDS, type RecordChunk } from '../../../src/pipeline/encoding/encoded-batch.js';
import { ProtobufWriter } from '../../../src/pipeline/encoding/protobuf-writer.js';
import {
  LOG_ENCODING,
  SPAN_ENCODING,
  type OriginatedRecord,
  type SignalEncoding,
} from '../../../src/pipeline/encoding/signal-encoding.js';
import { generatedLogRecord, generatedSpan } from './generated-records.js';
import { GeneratedValues } from './generated-values.js';
import { wireView } from './wire-view.js';

const REQUESTS = 300;
const MOST_RECORDS = 24;

function batchOf<R extends OriginatedRecord>(encoding: SignalEncoding<R>, records: readonly R[]): EncodedBatch {
  const writer = new ProtobufWriter(16);
  const ends = records.map((record) => {
    encoding.write(writer, RECORDS, record);
    return writer.length;
  });
  const chunk: RecordChunk = {
    bytes: writer.take(),
    ends,
    resources: records.map(({ resource }) => resource),
    scopes: records.map(({ instrumentationScope }) => instrumentationScope),
    places: encoding.places,
  };
  return new EncodedBatch(chunk, [...records.keys()]);
}

const stock = (bytes: Uint8Array | undefined): Uint8Array => bytes ?? new Uint8Array();

/** Node's comparison is quick, Jest's tells where the difference is. */
function expectSame(ours: unknown, theirs: unknown): void {
  if (!isDeepStrictEqual(ours, theirs)) {
    expect(ours).toEqual(theirs);
  }
}

describe('the encoding of records', () => {
  verifies('Q1', 'of generated spans means in every field what that of the stock serializer means', () => {
    let compared = 0;
    for (const seed of Array(REQUESTS).keys()) {
      const values = new GeneratedValues(seed);
      const spans = values.list(MOST_RECORDS, () => generatedSpan(values));
      const ours = wireView(decodeTraceRequest(batchOf(SPAN_ENCODING, spans).body()));
      expectSame(ours, wireView(decodeTraceRequest(stock(ProtobufTraceSerializer.serializeRequest(spans)))));
      compared += spans.length;
    }
    expect(compared).toBeGreaterThan(3000);
  });

  verifies('Q1', 'of generated log records means in every field what that of the stock serializer means', () => {
    let compared = 0;
    for (const seed of Array(REQUESTS).keys()) {
      const values = new GeneratedValues(seed + 1_000_000);
      const records = values.list(MOST_RECORDS, () => generatedLogRecord(values));
      const ours = wireView(decodeLogsRequest(batchOf(LOG_ENCODING, records).body()));
      expectSame(ours, wireView(decodeLogsRequest(stock(ProtobufLogsSerializer.serializeRequest(records)))));
      compared += records.length;
    }
    expect(compared).toBeGreaterThan(3000);
  });

  it('of one huge record does not occupy its room for ever', () => {
    const writer = new ProtobufWriter(1024);
    writer.raw(1, Buffer.alloc(2 ** 21));
    expect(writer.take().length).toBeGreaterThan(2 ** 21);
    expect(writer.finish().buffer.byteLength).toBe(1024);
  });

  verifies('X4', 'of a span that is too long can be cut to a length, and keeps all of its keys', () => {
    let trimmed = 0;
    for (const seed of Array(400).keys()) {
      const span = generatedSpan(new GeneratedValues(seed + 2_000_000));
      const whole = batchOf(SPAN_ENCODING, [span]);
      const maxBytes = Math.floor(whole.body().length * 0.7);
      const shorter = whole.trimmed(maxBytes)?.body();
      if (shorter !== undefined) {
        trimmed += 1;
        expect(shorter.length).toBeLessThanOrEqual(maxBytes);
        expect(keysOf(shorter)).toEqual(keysOf(whole.body()));
      }
    }
    expect(trimmed).toBeGreaterThan(20);
  });
});

/** The keys of the attributes of all spans. */
function keysOf(request: Uint8Array): readonly unknown[] {
  const spans = decodeTraceRequest(request).resourceSpans?.flatMap(({ scopeSpans }) => scopeSpans ?? []) ?? [];
  return spans.flatMap(({ spans: all }) => all ?? []).flatMap(({ attributes }) => attributes?.map(({ key }) => key));
}
