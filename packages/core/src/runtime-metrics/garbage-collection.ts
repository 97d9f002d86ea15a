import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { ROOT_CONTEXT, ValueType, type Meter } from '@opentelemetry/api';
import { guarded } from '../diagnostics/guarded.js';

const TYPES: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/** An entry as Node.js gives it for a garbage collection; its types do not know of the detail. */
interface CollectionEntry extends PerformanceEntry {
  readonly detail?: { readonly kind?: unknown };
}

/**
 * Measures each garbage collection of this thread.
 *
 * @returns the undo
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/runtime/v8js-metrics.md
 */
export function observeGarbageCollection(meter: Meter): () => void {
  const histogram = meter.createHistogram('v8js.gc.duration', {
    description: 'Garbage collection duration.',
    unit: 's',
    valueType: ValueType.DOUBLE,
    advice: { explicitBucketBoundaries: [0.01, 0.1, 1, 10] },
  });
  const record = guarded('measuring a garbage collection', (entry: CollectionEntry) => {
    const kind = entry.detail?.kind;
    // Whatever happens to be active has not asked for it.
    histogram.record(entry.duration / 1000, { 'v8js.gc.type': TYPES.get(kind) ?? String(kind) }, ROOT_CONTEXT);
  });
  const observer = new PerformanceObserver((list) => list.getEntries().forEach((entry) => record(entry)));
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}
