import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { BatchDelivery, type BatchTarget } from './batch-delivery.js';
import type { DeliveryCounts } from './delivery-counts.js';

const RECORDS = { name: 'Spans', dropped: 'OTELIER_SPANS_DROPPED' } as const;

/** Carries ended spans to one exporter. */
export class SpanPipeline implements SpanProcessor {
  /** Whether a span is not to be exported after all; asked when it ends, and again when its batch goes out. */
  isLeftOut: (span: ReadableSpan) => boolean = () => false;
  private readonly delivery: BatchDelivery<ReadableSpan>;

  constructor(target: Omit<BatchTarget<ReadableSpan>, 'records'>) {
    this.delivery = new BatchDelivery({ ...target, records: RECORDS }, (span) => this.isLeftOut(span));
  }

  get counts(): DeliveryCounts {
    return this.delivery.counts;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0 && !this.isLeftOut(span)) {
      this.delivery.accept(span);
    }
  }

  /** Settles when every span ended before the call has been exported or has failed. Never rejects. */
  forceFlush(): Promise<void> {
    return this.delivery.flush();
  }

  /** Gives everything that waits to the exporter at once. */
  handOver(): void {
    this.delivery.handOver();
  }

  shutdown(): Promise<void> {
    return this.delivery.shutdown();
  }
}
