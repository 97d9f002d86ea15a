import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { finishedSpan, type FinishedSpan } from './finished-span.js';
import type { ArrivalListener } from './waiting.js';

/** Keeps ended spans. One that began before the last reset belongs to an earlier test and is not kept. */
export class MemorySpans implements SpanProcessor {
  private finished: FinishedSpan[] = [];
  private begun = new WeakSet<object>();
  private readonly listeners = new Set<ArrivalListener>();

  /** In the order in which they ended. */
  get all(): readonly FinishedSpan[] {
    return [...this.finished];
  }

  onStart(span: object): void {
    this.begun.add(span);
  }

  onEnd(span: ReadableSpan): void {
    if (this.begun.has(span)) {
      this.finished.push(finishedSpan(span));
      this.listeners.forEach((listener) => listener(false));
    }
  }

  reset(): void {
    this.listeners.forEach((listener) => listener(true));
    this.finished = [];
    this.begun = new WeakSet();
  }

  /**
   * Has a function called after each span that ends, and before all are forgotten.
   *
   * @returns the undo
   */
  onSpan(listener: ArrivalListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
