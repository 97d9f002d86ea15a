import type { Resource } from '@opentelemetry/resources';
import {
  AggregationType,
  InstrumentType,
  MeterProvider,
  type AggregationOption,
  type AggregationTemporality,
  type IMetricReader,
} from '@opentelemetry/sdk-metrics';
import { keepOwnMetrics, OwnMetrics, type HistogramKind } from '../metrics/sums/own-metrics.js';
import { OwnMetricsCollector } from '../pipeline/own-metrics-collector.js';
import { JoinedReader } from './joined-reader.js';

/** The series that an instrument may have in the SDK where a reader says nothing, and in Otelier's own instruments. */
const DEFAULT_CARDINALITY_LIMIT = 2000;

/**
 * Makes the meter provider. Otelier's own instruments are summed up beside the SDK, once for all readers, if what
 * they ask for is the same as if the SDK did it.
 */
export function createMeterProvider(resource: Resource, readers: readonly IMetricReader[]): MeterProvider {
  const kinds = readers.map(histogramsOf).filter((kind) => kind !== undefined);
  if (kinds.length < readers.length) {
    return new MeterProvider({ resource, readers: [...readers] });
  }
  const metrics = new OwnMetrics(kinds);
  const joined = readers.map((reader, index) => {
    const temporalityOf = (type: InstrumentType): AggregationTemporality => reader.selectAggregationTemporality(type);
    const histograms = kinds[index] ?? 'explicit';
    return new JoinedReader(reader, new OwnMetricsCollector(metrics, { index, histograms, temporalityOf }));
  });
  const provider = new MeterProvider({ resource, readers: joined });
  keepOwnMetrics(provider, metrics);
  return provider;
}

/** How a reader wants histograms; `undefined` where it wants anything that only the SDK can do. */
function histogramsOf(reader: IMetricReader): HistogramKind | undefined {
  try {
    const counters = reader.selectAggregation(InstrumentType.UP_DOWN_COUNTER).type;
    const takesDefaults =
      (counters === AggregationType.DEFAULT || counters === AggregationType.SUM) &&
      limitOf(reader, InstrumentType.HISTOGRAM) === DEFAULT_CARDINALITY_LIMIT &&
      limitOf(reader, InstrumentType.UP_DOWN_COUNTER) === DEFAULT_CARDINALITY_LIMIT;
    return takesDefaults ? kindOf(reader.selectAggregation(InstrumentType.HISTOGRAM)) : undefined;
  } catch {
    return undefined;
  }
}

function kindOf(wanted: AggregationOption): HistogramKind | undefined {
  if (wanted.type === AggregationType.EXPONENTIAL_HISTOGRAM) {
    return wanted.options === undefined ? 'exponential' : undefined;
  }
  return wanted.type === AggregationType.DEFAULT ? 'explicit' : undefined;
}

/** Readers of an earlier SDK have no limit of their own. */
function limitOf(reader: Partial<IMetricReader>, type: InstrumentType): number {
  return reader.selectCardinalityLimit?.(type) ?? DEFAULT_CARDINALITY_LIMIT;
}
