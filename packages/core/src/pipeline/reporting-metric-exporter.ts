import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { AggregationTemporality, type InstrumentType, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { DeliveryReporter } from './delivery-reporter.js';

/**
 * Passes metrics on to an exporter and tells of its failures.
 *
 * The reader is told at once that all is well: it would log a failure of its own, and its timer would keep the process
 * alive for as long as the destination does not answer. A flush waits for the answer all the same.
 */
export class ReportingMetricExporter implements PushMetricExporter {
  constructor(
    private readonly exporter: PushMetricExporter,
    private readonly reporter: DeliveryReporter,
  ) {}

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.exporter.export(metrics, (result) => {
      if (result.code === ExportResultCode.SUCCESS) {
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

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }
}
