import { Reader } from 'protobufjs/minimal';
import type { WireLogsRequest, WireTraceRequest } from './wire.js';

// The generated decoder is of OTLP 1.0 and skips three fields that later versions added:
// Span.flags (16, fixed32), Span.Link.flags (6, fixed32), LogRecord.event_name (12, string).
// https://github.com/open-telemetry/opentelemetry-proto/tree/v1.7.0/opentelemetry/proto
const wireTypeBytes = 2;
const wireTypeFixed32 = 5;
const itemPath = [1, 2, 2];
const linkField = 13;

/** Adds the flags of spans and links, found in the same bytes, to a decoded trace request. */
export function addNewerSpanFields(request: WireTraceRequest, bytes: Uint8Array): WireTraceRequest {
  const encoded = messagesAt(bytes, itemPath);
  const spans = (request.resourceSpans ?? []).flatMap((owner) =>
    (owner.scopeSpans ?? []).flatMap((scoped) => scoped.spans ?? []),
  );
  spans.forEach((span, index) => {
    const message = encoded[index] ?? new Uint8Array();
    span.flags = fixed32At(message, 16);
    const links = messagesAt(message, [linkField]);
    span.links?.forEach((link, position) => {
      link.flags = fixed32At(links[position] ?? new Uint8Array(), 6);
    });
  });
  return request;
}

/** Adds the event names, found in the same bytes, to a decoded logs request. */
export function addNewerLogFields(request: WireLogsRequest, bytes: Uint8Array): WireLogsRequest {
  const encoded = messagesAt(bytes, itemPath);
  const records = (request.resourceLogs ?? []).flatMap((owner) =>
    (owner.scopeLogs ?? []).flatMap((scoped) => scoped.logRecords ?? []),
  );
  records.forEach((record, index) => {
    const [name] = messagesAt(encoded[index] ?? new Uint8Array(), [12]);
    record.eventName = name && Buffer.from(name).toString('utf8');
  });
  return request;
}

function messagesAt(bytes: Uint8Array, path: readonly number[]): Uint8Array[] {
  const [field, ...rest] = path;
  if (field === undefined) {
    return [bytes];
  }
  const found: Uint8Array[] = [];
  const reader = Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === ((field << 3) | wireTypeBytes)) {
      found.push(...messagesAt(reader.bytes(), rest));
    } else {
      reader.skipType(tag & 7);
    }
  }
  return found;
}

function fixed32At(bytes: Uint8Array, field: number): number | undefined {
  let value: number | undefined;
  const reader = Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === ((field << 3) | wireTypeFixed32)) {
      value = reader.fixed32();
    } else {
      reader.skipType(tag & 7);
    }
  }
  return value;
}
