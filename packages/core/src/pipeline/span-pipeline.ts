import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { BatchDelivery, type BatchTarget } from './batch-delivery.js';

const RECORDS = { name: 'Spans', dropped: 'OTELIER_SPANS_DROPPED' } as const;

/** Carries ended spans to one exporter: those that are sampled, and that are not left out when they end. */
export class SpanPipeline extends BatchDelivery<ReadableSpan> implements SpanProcessor {
  constructor(target: Omit<BatchTarget<ReadableSpan>, 'records'>) {
    super({ ...target, records: RECORDS });
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0 && !this.isLeftOut(span)) {
      this.accept(span);
    }
  }
}
