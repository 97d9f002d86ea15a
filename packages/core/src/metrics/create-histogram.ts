import { metrics, ValueType } from '@opentelemetry/api';
import { SCOPE_NAME, VERSION } from '../version.js';
import { BoundedHistogram } from './bounded-histogram.js';
import { exemplarSource } from './exemplar-source.js';
import type { ValueLimits } from './value-limits.js';

/** A histogram as the conventions describe it. */
export interface HistogramDescription {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  /** @default ValueType.DOUBLE */
  readonly valueType?: ValueType;
  /** The upper bounds of the buckets, ascending. */
  readonly boundaries: readonly number[];
  /** @default {} no limits besides that of all series */
  readonly limits?: ValueLimits;
}

/** Makes a histogram of the meter provider that is registered now. */
export function createHistogram(described: HistogramDescription): BoundedHistogram {
  const { name, description, unit, valueType = ValueType.DOUBLE, boundaries, limits = {} } = described;
  const source = exemplarSource(metrics.getMeterProvider());
  const histogram = metrics.getMeter(SCOPE_NAME, VERSION).createHistogram(name, {
    description,
    unit,
    valueType,
    advice: { explicitBucketBoundaries: [...boundaries] },
  });
  const bounded = new BoundedHistogram({
    histogram,
    boundaries,
    limits,
    exemplarFilter: source?.filter ?? 'always_off',
  });
  source?.add({ name: SCOPE_NAME, version: VERSION }, name, bounded);
  return bounded;
}
