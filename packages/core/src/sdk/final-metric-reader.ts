import { hrTime } from '@opentelemetry/core';
import {
  PeriodicExportingMetricReader,
  type MetricData,
  type MetricProducer,
  type ResourceMetrics,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { reportInternalError } from '../diagnostics/report.js';
import { withOwnMetrics, type OwnMetricsCollector } from '../pipeline/own-metrics-collector.js';
import type { ReportingMetricExporter } from '../pipeline/reporting-metric-exporter.js';
import { JoinedProducer } from './joined-reader.js';
import { observeNow, type ObservableRegistry, type Time } from './synchronous-observation.js';

/** What the SDK's collector of one reader holds; its own types keep it private. */
interface Collector extends MetricProducer {
  readonly _sharedState?: {
    readonly resource: ResourceMetrics['resource'];
    readonly meterSharedStates: ReadonlyMap<string, MeterState>;
  };
}

interface MeterState {
  readonly _instrumentationScope: ScopeMetrics['scope'];
  readonly metricStorageRegistry: { getStorages(collector: MetricProducer): readonly Storage[] };
  readonly observableRegistry: ObservableRegistry;
}

/** What the runtime measures of itself, such as collections of garbage, changes without end, also during a flush. */
const OF_RUNTIME = /^(?:v8js|nodejs)\./;

interface Storage {
  readonly _instrumentDescriptor: { readonly type: string };
  collect(collector: MetricProducer, time: Time): MetricData | undefined;
}

/**
 * A periodic reader that can also collect at once: the SDK collects in promises, and after `process.exit()` none of them
 * goes on. It reads what the SDK's collector holds; where that has another shape, nothing is collected.
 */
export class FinalMetricReader extends PeriodicExportingMetricReader {
  private collector: Collector | undefined;
  private own: OwnMetricsCollector | undefined;

  constructor(
    private readonly target: ReportingMetricExporter,
    options: { readonly exportIntervalMillis: number; readonly exportTimeoutMillis: number },
  ) {
    super({ ...options, exporter: target });
  }

  override setMetricProducer(producer: MetricProducer): void {
    super.setMetricProducer(producer);
    if (producer instanceof JoinedProducer) {
      this.collector = producer.collected;
      this.own = producer.own;
    } else {
      this.collector = producer;
    }
  }

  /**
   * Exports the metrics as they stand, if anything was measured since the last export. Observable instruments are asked
   * as well, but for those whose callbacks return promises. Never throws.
   */
  exportNow(): void {
    try {
      const metrics = this.collectNow();
      if (metrics !== undefined) {
        this.target.export(metrics, () => {});
        // Nobody hears of the answer.
        this.target.digests.note(metrics);
      }
    } catch (error) {
      reportInternalError('the last metrics', error);
    }
  }

  private collectNow(): ResourceMetrics | undefined {
    const { collector } = this;
    const state = collector?._sharedState;
    if (collector === undefined || state === undefined) {
      return undefined;
    }
    const time = hrTime();
    const meters = [...state.meterSharedStates.values()];
    const collect = (observed: boolean): ScopeMetrics[] => meters.map((meter) => collectMeter({ meter, collector, time, observed }));
    const { digests } = this.target;
    const measured = withOwnMetrics(collect(false), this.own?.collect(time));
    const isNews = (scope: ScopeMetrics['scope'], metric: MetricData): boolean =>
      !OF_RUNTIME.test(metric.descriptor.name) && digests.isNews(scope, metric);
    if (!digests.isEmpty && !measured.some(({ scope, metrics }) => metrics.some((metric) => isNews(scope, metric)))) {
      return undefined;
    }
    meters.forEach(({ observableRegistry }) => observeNow(observableRegistry, time));
    const observed = collect(true);
    const scopeMetrics = measured.map(({ scope, metrics }, index) => ({
      scope,
      metrics: [...metrics, ...(observed[index]?.metrics ?? [])],
    }));
    return { resource: state.resource, scopeMetrics: scopeMetrics.filter(({ metrics }) => metrics.length > 0) };
  }
}

interface MeterCollection {
  readonly meter: MeterState;
  readonly collector: MetricProducer;
  readonly time: Time;
  /** Whether the observable instruments are collected, or the others. */
  readonly observed: boolean;
}

function collectMeter({ meter, collector, time, observed }: MeterCollection): ScopeMetrics {
  const metrics = meter.metricStorageRegistry
    .getStorages(collector)
    .filter((storage) => storage._instrumentDescriptor.type.startsWith('OBSERVABLE') === observed)
    .map((storage) => storage.collect(collector, time))
    .filter((metric) => metric !== undefined);
  return { scope: meter._instrumentationScope, metrics };
}
