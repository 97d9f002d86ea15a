import { toOrigin } from './origin.js';
import type {
  ReceivedBuckets,
  ReceivedDataPoint,
  ReceivedExemplar,
  ReceivedMetric,
  ReceivedOrigin,
} from './received.js';
import { toAttributes, toBigint, toId, toNumber, toText } from './values.js';
import type {
  WireBuckets,
  WireDataPoint,
  WireExemplar,
  WireInteger,
  WireMetric,
  WireMetricData,
  WireMetricsRequest,
} from './wire.js';

const types = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const;
const temporalities = ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'] as const;

/**
 * Lists the metrics of a metrics request in the order in which they stand there.
 * @throws Error when a metric has no data or an attribute list is invalid.
 */
export function toMetrics(request: WireMetricsRequest): ReceivedMetric[] {
  return (request.resourceMetrics ?? []).flatMap((owner) =>
    (owner.scopeMetrics ?? []).flatMap((scoped) => {
      const origin = toOrigin(owner, scoped);
      return (scoped.metrics ?? []).map((metric) => toMetric(metric, origin));
    }),
  );
}

function toMetric(metric: WireMetric, origin: ReceivedOrigin): ReceivedMetric {
  const type = types.find((candidate) => metric[candidate]);
  if (!type) {
    throw new Error(`the metric '${metric.name}' has no data`);
  }
  const data: WireMetricData = metric[type] ?? {};
  const isAggregated = type !== 'gauge' && type !== 'summary';
  return {
    name: metric.name ?? '',
    description: toText(metric.description),
    unit: metric.unit ?? '',
    type,
    temporality: isAggregated ? temporalities[data.aggregationTemporality ?? 0] : undefined,
    monotonic: type === 'sum' ? (data.isMonotonic ?? false) : undefined,
    dataPoints: (data.dataPoints ?? []).map((point) => toDataPoint(point, type)),
    ...origin,
  };
}

function toDataPoint(point: WireDataPoint, type: ReceivedMetric['type']): ReceivedDataPoint {
  const common = {
    attributes: toAttributes(point.attributes),
    startTimeUnixNano: toBigint(point.startTimeUnixNano),
    timeUnixNano: toBigint(point.timeUnixNano),
    flags: point.flags ?? 0,
    exemplars: (point.exemplars ?? []).map(toExemplar),
  };
  if (type === 'gauge' || type === 'sum') {
    return { ...common, value: toMeasurement(point) };
  }
  const totals = { ...common, count: toNumber(point.count) ?? 0, sum: toNumber(point.sum) };
  if (type === 'summary') {
    return { ...totals, quantiles: toQuantiles(point) };
  }
  const extremes = { ...totals, min: toNumber(point.min), max: toNumber(point.max) };
  if (type === 'histogram') {
    return {
      ...extremes,
      bucketCounts: toCounts(point.bucketCounts),
      explicitBounds: point.explicitBounds?.map(Number) ?? [],
    };
  }
  return {
    ...extremes,
    scale: point.scale ?? 0,
    zeroCount: toNumber(point.zeroCount) ?? 0,
    positive: toBuckets(point.positive),
    negative: toBuckets(point.negative),
  };
}

function toExemplar(exemplar: WireExemplar): ReceivedExemplar {
  return {
    value: toMeasurement(exemplar) ?? 0,
    timeUnixNano: toBigint(exemplar.timeUnixNano),
    traceId: toId(exemplar.traceId, 16),
    spanId: toId(exemplar.spanId, 8),
    attributes: toAttributes(exemplar.filteredAttributes),
  };
}

function toMeasurement(point: { asDouble?: number | string | null; asInt?: WireInteger }): number | undefined {
  return toNumber(point.asDouble) ?? toNumber(point.asInt);
}

function toQuantiles(point: WireDataPoint): ReceivedDataPoint['quantiles'] {
  return (point.quantileValues ?? []).map(({ quantile, value }) => ({
    quantile: Number(quantile ?? 0),
    value: Number(value ?? 0),
  }));
}

function toBuckets(buckets: WireBuckets | null | undefined): ReceivedBuckets {
  return { offset: buckets?.offset ?? 0, bucketCounts: toCounts(buckets?.bucketCounts) };
}

function toCounts(counts: WireInteger[] | null | undefined): number[] {
  return (counts ?? []).map((count) => toNumber(count) ?? 0);
}
