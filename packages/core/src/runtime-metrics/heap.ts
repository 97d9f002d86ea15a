import { getHeapSpaceStatistics, type HeapSpaceInfo } from 'node:v8';
import { ValueType, type Meter, type Observable } from '@opentelemetry/api';
import { observeTogether } from './observations.js';

type HeapNumber = Exclude<keyof HeapSpaceInfo, 'space_name'>;

const METRICS: readonly (readonly [name: string, description: string, property: HeapNumber])[] = [
  ['v8js.memory.heap.space.size', 'Total heap memory size pre-allocated for a heap space.', 'space_size'],
  ['v8js.memory.heap.used', 'Heap memory size allocated.', 'space_used_size'],
  ['v8js.memory.heap.space.available_size', 'Heap space available size.', 'space_available_size'],
  ['v8js.memory.heap.space.physical_size', 'Committed size of a heap space.', 'physical_space_size'],
];

/**
 * Observes the heap of this thread, by its spaces, and what keeps its event loop going, by type.
 *
 * @returns the undo
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/runtime/v8js-metrics.md
 */
export function observeHeap(meter: Meter): () => void {
  const undos = [observeSpaces(meter), observeResources(meter)];
  return () => undos.forEach((undo) => undo());
}

function observeSpaces(meter: Meter): () => void {
  const counters = METRICS.map(([name, description, property]): [HeapNumber, Observable] => [
    property,
    meter.createObservableUpDownCounter(name, { description, unit: 'By', valueType: ValueType.INT }),
  ]);
  return observeTogether(meter, counters.map(([, counter]) => counter), (observe) => {
    for (const space of getHeapSpaceStatistics()) {
      const attributes = { 'v8js.heap.space.name': space.space_name };
      counters.forEach(([property, counter]) => observe(counter, space[property], attributes));
    }
  });
}

function observeResources(meter: Meter): () => void {
  const active = meter.createObservableGauge('v8js.resource.active', {
    description: 'Active resources that are currently keeping the event loop alive.',
    unit: '{resource}',
    valueType: ValueType.INT,
  });
  /** A type that is gone is zero from then on: its last number would stay. */
  const known = new Set<string>();
  return observeTogether(meter, [active], (observe) => {
    const counts = new Map<string, number>([...known].map((type) => [type, 0]));
    process.getActiveResourcesInfo().forEach((type) => counts.set(type, (counts.get(type) ?? 0) + 1));
    counts.forEach((count, type) => {
      known.add(type);
      observe(active, count, { 'v8js.resource.type': type });
    });
  });
}
