import { isMainThread } from 'node:worker_threads';
import type { MeterProvider } from '@opentelemetry/api';
import { SCOPE_NAME, VERSION } from '../version.js';
import { observeEventLoop } from './event-loop.js';
import { observeGarbageCollection } from './garbage-collection.js';
import { observeHeap } from './heap.js';
import { observeProcess } from './process-resources.js';

/**
 * Observes the runtime: event loop, heap and garbage collection of this thread, and in the main thread the process.
 *
 * @returns the undo
 */
export function startRuntimeMetrics(provider: MeterProvider): () => void {
  const meter = provider.getMeter(SCOPE_NAME, VERSION);
  const parts = [observeEventLoop, observeHeap, observeGarbageCollection, ...(isMainThread ? [observeProcess] : [])];
  const undos = parts.map((observe) => observe(meter));
  return () => undos.forEach((undo) => undo());
}
