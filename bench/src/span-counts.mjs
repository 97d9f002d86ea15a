import { protobufFields } from './protobuf-fields.mjs';

/**
 * What arrived: spans of every kind, and those that stand for a request.
 * @typedef {{ spans: number, requestSpans: number }} SpanCounts
 */

const SERVER_KIND = 2;
const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const SPANS = 2;
const SPAN_KIND = 6;

/**
 * Counts an OTLP export request in protobuf; a request's span is one of kind SERVER.
 * @param {Uint8Array} body
 * @returns {SpanCounts}
 */
export function countOtlp(body) {
  const counts = { spans: 0, requestSpans: 0 };
  for (const resource of children(body, RESOURCE_SPANS)) {
    for (const scope of children(resource, SCOPE_SPANS)) {
      for (const span of children(scope, SPANS)) {
        counts.spans += 1;
        counts.requestSpans += kindOf(span) === SERVER_KIND ? 1 : 0;
      }
    }
  }
  return counts;
}

/**
 * Counts what a Datadog agent gets. The header tells how many traces there are; a trace here is one request.
 * @param {Record<string, string | string[] | undefined>} headers
 * @returns {SpanCounts}
 */
export function countDatadog(headers) {
  const traces = Number(headers['x-datadog-trace-count'] ?? 0);
  return { spans: traces, requestSpans: traces };
}

/**
 * Counts the transactions and their spans in an envelope of Sentry: lines of JSON, a header before each item.
 * @param {string} body
 * @returns {SpanCounts}
 */
export function countSentry(body) {
  const counts = { spans: 0, requestSpans: 0 };
  const lines = body.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  lines.forEach((line, index) => {
    if (line.type === 'transaction' && line.transaction === undefined) {
      counts.requestSpans += 1;
      counts.spans += 1 + (lines[index + 1]?.spans?.length ?? 0);
    } else if (line.type === 'span' && line.item_count !== undefined) {
      const items = lines[index + 1]?.items ?? [];
      counts.spans += items.length;
      counts.requestSpans += items.filter((item) => item.is_segment).length;
    }
  });
  return counts;
}

function children(bytes, number) {
  return [...protobufFields(bytes)].filter((field) => field.number === number).map((field) => field.bytes);
}

function kindOf(span) {
  for (const field of protobufFields(span)) {
    if (field.number === SPAN_KIND) {
      return field.value;
    }
  }
  return 0;
}
