import type { HrTime } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  InstrumentType,
  type DataPoint,
  type ExponentialHistogram,
  type ExponentialHistogramMetricData,
  type Histogram,
  type HistogramMetricData,
  type ScopeMetrics,
  type SumMetricData,
} from '@opentelemetry/sdk-metrics';
import type { ExponentialSum } from '../metrics/sums/exponential-sum.js';
import type { HistogramSum } from '../metrics/sums/histogram-sum.js';
import type { HistogramKind, OwnMetrics, SummedCounter, SummedHistogram } from '../metrics/sums/own-metrics.js';
import type { CollectedSum, Collection } from '../metrics/sums/sum.js';
import { SCOPE_NAME, VERSION } from '../version.js';

/** Which of the readers collects, and what it wants. */
export interface CollectingReader {
  /** Its place among all readers. */
  readonly index: number;
  readonly histograms: HistogramKind;
  readonly temporalityOf: (type: InstrumentType) => AggregationTemporality;
}

/** Collects for one reader the metrics that Otelier sums up itself, in the form in which the SDK hands out its own. */
export class OwnMetricsCollector {
  private collections = 0;
  private previousTime: HrTime = [0, 0];

  constructor(
    private readonly metrics: OwnMetrics,
    private readonly reader: CollectingReader,
  ) {}

  /** What there is to report; `undefined` when there is nothing. */
  collect(time: HrTime): ScopeMetrics | undefined {
    const metrics = this.metrics.instruments
      .map((instrument) =>
        instrument.kind === 'histogram' ? this.histogram(instrument, time) : this.counter(instrument, time),
      )
      .filter(({ dataPoints }) => dataPoints.length > 0);
    this.collections += 1;
    this.previousTime = time;
    return metrics.length === 0 ? undefined : { scope: { name: SCOPE_NAME, version: VERSION }, metrics };
  }

  private histogram(instrument: SummedHistogram, endTime: HrTime): HistogramMetricData | ExponentialHistogramMetricData {
    const { described, boundaries } = instrument;
    const temporality = this.reader.temporalityOf(InstrumentType.HISTOGRAM);
    const collection = this.collection(temporality);
    const metric = {
      descriptor: { ...described, type: InstrumentType.HISTOGRAM, advice: { explicitBucketBoundaries: [...boundaries] } },
      aggregationTemporality: temporality,
    };
    if (this.reader.histograms === 'exponential') {
      const dataPoints = instrument
        .collectExponential(collection)
        .map((collected) => pointOf(collected, endTime, exponentialOf));
      return { ...metric, dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM, dataPoints };
    }
    const valueOf = (sum: HistogramSum): Histogram => histogramOf(sum, boundaries);
    const dataPoints = instrument.collect(collection).map((collected) => pointOf(collected, endTime, valueOf));
    return { ...metric, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }

  private counter(instrument: SummedCounter, endTime: HrTime): SumMetricData {
    const temporality = this.reader.temporalityOf(InstrumentType.UP_DOWN_COUNTER);
    const dataPoints = instrument
      .collect(this.collection(temporality))
      .map((collected) => pointOf(collected, endTime, ({ sum }) => sum));
    return {
      descriptor: { ...instrument.described, ...UP_DOWN_COUNTER },
      aggregationTemporality: temporality,
      dataPointType: DataPointType.SUM,
      dataPoints,
      isMonotonic: false,
    };
  }

  private collection(temporality: AggregationTemporality): Collection {
    const { collections, previousTime, reader } = this;
    return {
      reader: reader.index,
      isDelta: temporality === AggregationTemporality.DELTA,
      earlier: collections,
      previousTime,
    };
  }
}

/** What the SDK's descriptors have besides what their type tells. */
const UP_DOWN_COUNTER = { type: InstrumentType.UP_DOWN_COUNTER, advice: {} };

function pointOf<S, V>(collected: CollectedSum<S>, endTime: HrTime, valueOf: (sum: S) => V): DataPoint<V> {
  const { attributes, startTime, sum } = collected;
  return { attributes, startTime, endTime, value: valueOf(sum) };
}

function histogramOf({ min, max, sum, count, counts }: HistogramSum, boundaries: readonly number[]): Histogram {
  return { min, max, sum, buckets: { boundaries: [...boundaries], counts }, count };
}

function exponentialOf({ min, max, sum, count, scale, zeroCount, offset, counts }: ExponentialSum): ExponentialHistogram {
  const positive = { offset, bucketCounts: counts };
  return { min, max, sum, positive, negative: { offset: 0, bucketCounts: [] }, count, scale, zeroCount };
}

/** The metrics of the SDK with those of Otelier, which can be of the same scope. */
export function withOwnMetrics(scopes: readonly ScopeMetrics[], own: ScopeMetrics | undefined): ScopeMetrics[] {
  if (own === undefined) {
    return [...scopes];
  }
  const isSame = ({ scope }: ScopeMetrics): boolean =>
    scope.name === own.scope.name && scope.version === own.scope.version && scope.schemaUrl === undefined;
  return scopes.some(isSame)
    ? scopes.map((scope) => (isSame(scope) ? { ...scope, metrics: [...scope.metrics, ...own.metrics] } : scope))
    : [...scopes, own];
}
