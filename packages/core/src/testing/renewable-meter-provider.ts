import type { Attributes, Meter, MeterOptions } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  MetricReader,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { DelegatingMeterProvider } from '../metrics/early/delegating-meter-provider.js';

/** One series of a metric as plain data. */
export interface CollectedPoint {
  readonly attributes: Attributes;
  /** Of a counter, an up-down counter or a gauge: the sum since the last reset, or the last value. */
  readonly value?: number;
  /** Of a histogram: how many measurements there were since the last reset, and their sum. */
  readonly count?: number;
  readonly sum?: number;
}

/** A metric as plain data. */
export interface CollectedMetric {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  /** The name of the instrumentation scope. */
  readonly scope: string;
  readonly points: readonly CollectedPoint[];
}

/** A meter provider that can begin anew: all instruments, whenever they were made, go on with nothing measured. */
export class RenewableMeterProvider extends MeterProvider {
  private readonly instruments = new DelegatingMeterProvider();
  private current = new CollectingProvider();

  constructor() {
    super();
    this.instruments.attach(this.current.provider);
  }

  override getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    return this.instruments.getMeter(name, version, options);
  }

  /** Everything measured since the last renewal. */
  collect(): Promise<readonly CollectedMetric[]> {
    return this.current.collect();
  }

  renew(): void {
    void this.current.provider.shutdown();
    this.current = new CollectingProvider();
    this.instruments.attach(this.current.provider);
  }

  override forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  override async shutdown(): Promise<void> {
    this.instruments.release();
    await this.current.provider.shutdown();
  }
}

class CollectingProvider {
  readonly provider: MeterProvider;
  private readonly reader = new AskedReader({
    aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE,
  });

  constructor() {
    this.provider = new MeterProvider({ readers: [this.reader] });
  }

  async collect(): Promise<readonly CollectedMetric[]> {
    const { resourceMetrics, errors } = await this.reader.collect();
    if (errors.length > 0) {
      throw new AggregateError(errors, 'a callback of an observable instrument failed');
    }
    return resourceMetrics.scopeMetrics.flatMap(({ scope, metrics }) =>
      metrics.map((metric) => ({
        name: metric.descriptor.name,
        unit: metric.descriptor.unit,
        description: metric.descriptor.description,
        scope: scope.name,
        points: pointsOf(metric),
      })),
    );
  }
}

/** Collects when it is asked, and at no other time. */
class AskedReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function pointsOf(metric: MetricData): readonly CollectedPoint[] {
  if (metric.dataPointType === DataPointType.SUM || metric.dataPointType === DataPointType.GAUGE) {
    return metric.dataPoints.map(({ attributes, value }) => ({ attributes: { ...attributes }, value }));
  }
  return metric.dataPoints.map(({ attributes, value }) => {
    const { count, sum } = value as Pick<Histogram, 'count' | 'sum'>;
    return { attributes: { ...attributes }, count, ...(sum === undefined ? {} : { sum }) };
  });
}
