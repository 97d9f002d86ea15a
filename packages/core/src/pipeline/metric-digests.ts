import { AggregationTemporality, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** Remembers of each metric what was exported last, as one number: enough to see that it has changed since. */
export class MetricDigests {
  private readonly digests = new Map<string, number>();

  /** Whether nothing has been exported yet. */
  get isEmpty(): boolean {
    return this.digests.size === 0;
  }

  /** These metrics have been exported. */
  note(metrics: ResourceMetrics): void {
    for (const { scope, metrics: ofScope } of metrics.scopeMetrics) {
      ofScope.forEach((metric) => this.digests.set(nameOf(scope, metric), digestOf(metric)));
    }
  }

  /** Whether a metric has something that was not exported. */
  isNews(scope: { readonly name: string }, metric: MetricData): boolean {
    return (
      metric.aggregationTemporality === AggregationTemporality.DELTA ||
      this.digests.get(nameOf(scope, metric)) !== digestOf(metric)
    );
  }
}

function nameOf(scope: { readonly name: string }, { descriptor }: MetricData): string {
  return `${scope.name} ${descriptor.name}`;
}

/** Series keep their order, so that values that move from one to the other show. */
function digestOf({ dataPoints }: MetricData): number {
  return dataPoints.reduce((digest, { value }, index) => digest + (index + 1) * sizeOf(value), dataPoints.length);
}

function sizeOf(value: MetricData['dataPoints'][number]['value']): number {
  return typeof value === 'number' ? value : value.count + (value.sum ?? 0);
}
