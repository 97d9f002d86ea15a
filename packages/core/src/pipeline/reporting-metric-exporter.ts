import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import {
  AggregationTemporality,
  AggregationType,
  type AggregationOption,
  type InstrumentType,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { countDelivery, createDeliveryCounts } from './delivery-counts.js';
import type { DeliveryReporter } from './delivery-reporter.js';
import { METRIC_DIVISION } from './divisions.js';
import { MetricDigests } from './metric-digests.js';

/**
 * Passes metrics on to an exporter and tells of its failures.
 *
 * The reader is told at once that all is well: it would log a failure of its own, and its timer would keep the process
 * alive for as long as the destination does not answer. A flush waits for the answer all the same.
 */
export class ReportingMetricExporter implements PushMetricExporter {
  readonly counts = createDeliveryCounts();
  /** What the destination has. */
  readonly digests = new MetricDigests();

  constructor(
    private readonly exporter: PushMetricExporter,
    private readonly reporter: DeliveryReporter,
    private readonly orVain: (work: Promise<void>) => Promise<void> = (work) => work,
  ) {}

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const points = METRIC_DIVISION.count(metrics);
    this.exporter.export(metrics, (result) => {
      countDelivery(this.counts, points, result);
      if (result.code === ExportResultCode.SUCCESS) {
        this.digests.note(metrics);
        this.reporter.succeeded();
      } else {
        this.reporter.failed(result.error);
      }
    });
    done({ code: ExportResultCode.SUCCESS });
  }

  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    return this.exporter.selectAggregationTemporality?.(instrument) ?? AggregationTemporality.CUMULATIVE;
  }

  selectAggregation(instrument: InstrumentType): AggregationOption {
    return this.exporter.selectAggregation?.(instrument) ?? { type: AggregationType.DEFAULT };
  }

  forceFlush(): Promise<void> {
    return this.orVain(this.exporter.forceFlush());
  }

  shutdown(): Promise<void> {
    return this.orVain(this.exporter.shutdown());
  }
}
