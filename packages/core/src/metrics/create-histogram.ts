import { metrics, ValueType } from '@opentelemetry/api';
import { SCOPE_NAME, VERSION } from '../version.js';
import { RegisteredHistogram, type BoundedHistogram } from './bounded-histogram.js';
import { exemplarSource } from './exemplar-source.js';
import { OwnHistogram } from './own-histogram.js';
import { ownMetrics } from './sums/own-metrics.js';
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
  const provider = metrics.getMeterProvider();
  const source = exemplarSource(provider);
  const own = ownMetrics(provider);
  const { name, description, unit, valueType = ValueType.DOUBLE, boundaries, limits = {} } = described;
  const shared = { boundaries, limits, exemplarFilter: source?.filter ?? 'always_off' } as const;
  const histogram =
    own === undefined
      ? new RegisteredHistogram({
          ...shared,
          histogram: metrics.getMeter(SCOPE_NAME, VERSION).createHistogram(name, {
            description,
            unit,
            valueType,
            advice: { explicitBucketBoundaries: [...boundaries] },
          }),
        })
      : own.instrument(
          name,
          () =>
            new OwnHistogram({ ...shared, described: { name, description, unit, valueType }, readers: own.readers }),
        );
  source?.add({ name: SCOPE_NAME, version: VERSION }, name, histogram);
  return histogram;
}
