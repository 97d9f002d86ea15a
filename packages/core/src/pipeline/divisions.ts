import type { MetricData, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { EncodedBatch } from './encoding/encoded-batch.js';

/** How the records of one export are counted and made fewer. */
export interface Division<T> {
  readonly count: (records: T) => number;
  /** Two parts that have all records between them; `undefined` for what can't be divided. */
  readonly halves: (records: T) => readonly [T, T] | undefined;
  /** One record whose request has no more than so many bytes, by less of its longest values; `undefined` for none. */
  readonly trimmed?: (records: T, maxBytes: number) => T | undefined;
}

/** Spans or log records. */
export function listDivision<R>(): Division<R[]> {
  return { count: (records) => records.length, halves: (records) => cut(records) };
}

/** Spans or log records that are written already. */
export const ENCODED_DIVISION: Division<EncodedBatch> = {
  count: ({ count }) => count,
  halves: (batch) => batch.halves(),
  trimmed: (batch, maxBytes) => batch.trimmed(maxBytes),
};

/** Data points: first metrics are kept whole, then the points of one. */
export const METRIC_DIVISION: Division<ResourceMetrics> = {
  count: ({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics).reduce((sum, { dataPoints }) => sum + dataPoints.length, 0),
  halves: ({ resource, scopeMetrics }) => {
    const entries = scopeMetrics.flatMap(({ scope, metrics }) => metrics.map((metric) => ({ scope, metric })));
    const [only] = entries;
    const parts = entries.length === 1 && only !== undefined ? cutMetric(only) : cut(entries);
    return parts && [
      { resource, scopeMetrics: byScope(parts[0]) },
      { resource, scopeMetrics: byScope(parts[1]) },
    ];
  },
};

interface ScopedMetric {
  readonly scope: ScopeMetrics['scope'];
  readonly metric: MetricData;
}

function cut<R>(records: readonly R[]): readonly [R[], R[]] | undefined {
  const middle = records.length >> 1;
  return middle === 0 ? undefined : [records.slice(0, middle), records.slice(middle)];
}

function cutMetric({ scope, metric }: ScopedMetric): readonly [ScopedMetric[], ScopedMetric[]] | undefined {
  const points = cut<unknown>(metric.dataPoints);
  // The kind of a metric decides the kind of its points, which stays as it is.
  const having = (dataPoints: unknown[]): ScopedMetric[] => [{ scope, metric: { ...metric, dataPoints } as MetricData }];
  return points && [having(points[0]), having(points[1])];
}

function byScope(entries: readonly ScopedMetric[]): ScopeMetrics[] {
  const scopes = new Map<ScopeMetrics['scope'], MetricData[]>();
  for (const { scope, metric } of entries) {
    scopes.set(scope, [...(scopes.get(scope) ?? []), metric]);
  }
  return [...scopes].map(([scope, metrics]) => ({ scope, metrics }));
}
