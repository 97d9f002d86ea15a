import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import {
  AggregationTemporality,
  AggregationType,
  type AggregationOption,
  type InstrumentType,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { createDeliveryCounts } from './delivery-counts.js';
import type { DeliveryReporter } from './delivery-reporter.js';

/**
 * Passes metrics on to an exporter and tells of its failures.
 *
 * The reader is told at once that all is well: it would log a failure of its own, and its timer would keep the process
 * alive for as long as the destination does not answer. A flush waits for the answer all the same.
 */
export class ReportingMetricExporter implements PushMetricExporter {
  readonly counts = createDeliveryCounts();

  constructor(
    private readonly exporter: PushMetricExporter,
    private readonly reporter: DeliveryReporter,
  ) {}

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const points = countPoints(metrics);
    this.exporter.export(metrics, (result) => {
      if (result.code === ExportResultCode.SUCCESS) {
        this.counts.exported += points;
        this.reporter.succeeded();
      } else {
        this.counts.failed += points;
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
    return this.exporter.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }
}

function countPoints({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
}
