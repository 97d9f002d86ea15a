import { metrics, type Attributes, type Context } from '@opentelemetry/api';
import { SCOPE_NAME, VERSION } from '../version.js';
import { OwnUpDownCounter } from './own-up-down-counter.js';
import { ownMetrics, type MetricDescription } from './sums/own-metrics.js';

/** One series of a counter that goes up and down. */
export interface CountedSeries {
  /** @param within - the context of what is counted, for an SDK that wants to know */
  add(value: number, within: Context): void;
}

/** A counter that goes up and down, whose series are looked up once. */
export interface SeriesCounter {
  seriesOf(attributes: Attributes): CountedSeries;
}

/** Makes a counter of the meter provider that is registered now. */
export function createUpDownCounter(described: MetricDescription): SeriesCounter {
  const own = ownMetrics(metrics.getMeterProvider());
  const { name, ...options } = described;
  if (own !== undefined) {
    return own.instrument(name, () => new OwnUpDownCounter(described, own.readers.length));
  }
  const counter = metrics.getMeter(SCOPE_NAME, VERSION).createUpDownCounter(name, options);
  return { seriesOf: (attributes) => ({ add: (value, within) => counter.add(value, attributes, within) }) };
}
