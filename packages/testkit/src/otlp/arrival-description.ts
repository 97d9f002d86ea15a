import { inspect } from 'node:util';
import type { ReceivedLogRecord, ReceivedMetric, ReceivedRequest, ReceivedSpan } from './received.js';

/** What has arrived. */
export interface ArrivedRecords {
  readonly requests: readonly ReceivedRequest[];
  readonly spans: readonly ReceivedSpan[];
  readonly metrics: readonly ReceivedMetric[];
  readonly logs: readonly ReceivedLogRecord[];
}

/** Says in a few lines what a sink has got, for the message of a wait that failed. */
export function describeArrivals(arrivals: ArrivedRecords): string {
  return [
    `${arrivals.requests.length} requests arrived`,
    ...arrivals.requests.map((request) => {
      const { method, path, bytes, encoding, status, refusal } = request;
      return `  ${method} ${path} ${bytes} B ${encoding} → ${status ?? 'no answer'}${refusal ? ` (${refusal})` : ''}`;
    }),
    `${arrivals.spans.length} spans`,
    ...arrivals.spans.map(describeSpan),
    `${arrivals.metrics.length} metrics`,
    ...arrivals.metrics.map(describeMetric),
    `${arrivals.logs.length} log records`,
    ...arrivals.logs.map((record) => `  ${record.severityText ?? record.severityNumber} ${print(record.body)}`),
  ].join('\n');
}

function describeSpan(span: ReceivedSpan): string {
  const service = print(span.resource['service.name']);
  const parent = span.parentSpanId ? `child of ${span.parentSpanId}` : 'root';
  const identity = `trace ${span.traceId}, span ${span.spanId}, ${parent}`;
  return `  ${service} ${span.kind} '${span.name}' ${span.status.code} (${identity}) ${print(span.attributes)}`;
}

function describeMetric(metric: ReceivedMetric): string {
  const points = metric.dataPoints.map((point) => `    ${point.value ?? point.count} ${print(point.attributes)}`);
  return [`  ${metric.type} '${metric.name}' in '${metric.unit}'`, ...points].join('\n');
}

function print(value: unknown): string {
  return inspect(value, { breakLength: Infinity, depth: 3, maxStringLength: 200 });
}
