import { millisToHrTime } from '@opentelemetry/core';
import type {
  AggregationOption,
  AggregationTemporality,
  CollectionResult,
  IMetricReader,
  InstrumentType,
  MetricCollectOptions,
  MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { withOwnMetrics, type OwnMetricsCollector } from '../pipeline/own-metrics-collector.js';

/** What one reader collects from: the SDK's metrics, and those that Otelier sums up itself. */
export class JoinedProducer implements MetricProducer {
  constructor(
    /** The SDK's. */
    readonly collected: MetricProducer,
    readonly own: OwnMetricsCollector,
  ) {}

  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const own = this.own.collect(millisToHrTime(Date.now()));
    const { resourceMetrics, errors } = await this.collected.collect(options);
    const scopeMetrics = withOwnMetrics(resourceMetrics.scopeMetrics, own);
    return { resourceMetrics: { ...resourceMetrics, scopeMetrics }, errors };
  }
}

/**
 * A reader as its provider sees it: what it is given to collect from is joined with Otelier's own metrics. Additional
 * producers can be given to a reader only by whoever makes it, and the application makes its readers.
 */
export class JoinedReader implements IMetricReader {
  constructor(
    private readonly reader: IMetricReader,
    private readonly own: OwnMetricsCollector,
  ) {}

  setMetricProducer(producer: MetricProducer): void {
    this.reader.setMetricProducer(new JoinedProducer(producer, this.own));
  }

  selectAggregation(type: InstrumentType): AggregationOption {
    return this.reader.selectAggregation(type);
  }

  selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return this.reader.selectAggregationTemporality(type);
  }

  selectCardinalityLimit(type: InstrumentType): number {
    return this.reader.selectCardinalityLimit(type);
  }

  collect(...args: Parameters<IMetricReader['collect']>): Promise<CollectionResult> {
    return this.reader.collect(...args);
  }

  shutdown(...args: Parameters<IMetricReader['shutdown']>): Promise<void> {
    return this.reader.shutdown(...args);
  }

  forceFlush(...args: Parameters<IMetricReader['forceFlush']>): Promise<void> {
    return this.reader.forceFlush(...args);
  }
}
