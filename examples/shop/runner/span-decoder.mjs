import root from '@opentelemetry/otlp-proto-exporter-base/build/src/generated/root.js';

const { ExportTraceServiceRequest } = root.opentelemetry.proto.collector.trace.v1;

/**
 * @typedef {object} Span
 * @property {string} traceId 32 hex digits
 * @property {string} spanId 16 hex digits
 * @property {string} parentSpanId empty for a root
 * @property {string} service
 * @property {string} name
 * @property {string} kind `SERVER`, `CLIENT`, `INTERNAL`, …
 * @property {number} startMillis since the epoch
 * @property {number} durationMillis
 * @property {Record<string, unknown>} attributes
 * @property {{ name: string, attributes: Record<string, unknown> }[]} events
 * @property {boolean} isError
 * @property {string} statusMessage
 */

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const ERROR = 2;

/**
 * Decodes an OTLP `ExportTraceServiceRequest`.
 * @param {Uint8Array} bytes protobuf, not compressed
 * @returns {Span[]}
 * @throws {Error} when the bytes are no such message
 */
export function decodeSpans(bytes) {
  return ExportTraceServiceRequest.decode(bytes).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(readAttributes(resource?.attributes ?? [])['service.name'] ?? 'unknown');
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => readSpan(span, service)));
  });
}

function readSpan(span, service) {
  const startMillis = readMillis(span.startTimeUnixNano);
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId ?? []),
    service,
    name: span.name,
    kind: kinds[span.kind] ?? kinds[0],
    startMillis,
    durationMillis: readMillis(span.endTimeUnixNano) - startMillis,
    attributes: readAttributes(span.attributes),
    events: span.events.map(({ name, attributes }) => ({ name, attributes: readAttributes(attributes) })),
    isError: span.status?.code === ERROR,
    statusMessage: span.status?.message ?? '',
  };
}

function readAttributes(list) {
  return Object.fromEntries(list.map(({ key, value }) => [key, readValue(value)]));
}

function readValue(value) {
  if (value?.arrayValue) {
    return value.arrayValue.values.map(readValue);
  }
  const plain = value?.stringValue ?? value?.boolValue ?? value?.doubleValue ?? value?.intValue;
  return typeof plain === 'object' && plain !== null ? Number(plain) : plain;
}

/** Nanoseconds come as 64-bit integers; as milliseconds they keep about a quarter of a microsecond. */
function readMillis(nanoseconds) {
  return Number(nanoseconds) / 1e6;
}

function hex(bytes) {
  return Buffer.from(bytes).toString('hex');
}
