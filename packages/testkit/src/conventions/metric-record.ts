import type { CollectionResult } from '@opentelemetry/sdk-metrics';
import type { ReceivedMetric } from '../otlp/received.js';
import type { AttributeRecord } from './span-record.js';

/** What the conventions say something about, of a metric from any source. */
export interface MetricRecord {
  readonly name: string;
  readonly unit: string;
  /** The name of the instrumentation scope. */
  readonly scope: string;
  /** The attributes of each data point. */
  readonly points: readonly AttributeRecord[];
}

/** The metrics that a reader of the SDK has collected in this process. */
export function recordsOfCollection({ resourceMetrics }: CollectionResult): MetricRecord[] {
  return resourceMetrics.scopeMetrics.flatMap(({ scope, metrics }) =>
    metrics.map(({ descriptor, dataPoints }) => ({
      name: descriptor.name,
      unit: descriptor.unit,
      scope: scope.name,
      points: dataPoints.map(({ attributes }) => attributes),
    })),
  );
}

/** A metric that the OTLP sink has decoded. */
export function recordOfReceivedMetric({ name, unit, scope, dataPoints }: ReceivedMetric): MetricRecord {
  return { name, unit, scope: scope.name, points: dataPoints.map(({ attributes }) => attributes) };
}
