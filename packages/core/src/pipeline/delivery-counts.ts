import { ExportResultCode } from '@opentelemetry/core';
import type { DeliveryResult } from './delivery-result.js';

/** What became of the records of one signal given to one destination: accepted = exported + failed + dropped + waiting. */
export interface DeliveryCounts {
  /** Taken by the destination. */
  exported: number;
  /** Refused by the destination, or given up after the exporter's retries. */
  failed: number;
  /** Never sent, because the queue was full or the pipeline had ended. */
  dropped: number;
}

/** Counts that start at zero. */
export function createDeliveryCounts(): DeliveryCounts {
  return { exported: 0, failed: 0, dropped: 0 };
}

/** Counts the records of one export. */
export function countDelivery(counts: DeliveryCounts, records: number, { code, failed }: DeliveryResult): void {
  const lost = Math.min(records, failed ?? (code === ExportResultCode.SUCCESS ? 0 : records));
  counts.failed += lost;
  counts.exported += records - lost;
}
