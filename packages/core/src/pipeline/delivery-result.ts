import type { ExportResult } from '@opentelemetry/core';

/** The end of an export, of which a destination can have taken a part. */
export interface DeliveryResult extends ExportResult {
  /** How many records were not taken; by default none when it succeeded, and else all. */
  readonly failed?: number;
  /** How many of those that were taken went out with less than they had; by default none. */
  readonly trimmed?: number;
}
