import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { BatchDelivery, type BatchTarget } from './batch-delivery.js';
import type { OwningRequest } from './waiting-records.js';

const RECORDS = { name: 'Spans', dropped: 'OTELIER_SPANS_DROPPED' } as const;

/** Carries ended spans to one destination: those that are sampled, and that are not left out when they end. */
export class SpanPipeline extends BatchDelivery<ReadableSpan> implements SpanProcessor {
  /** The request that a span was made for; `undefined` for none. */
  requestOf: (span: ReadableSpan) => OwningRequest | undefined = () => undefined;

  constructor(target: Omit<BatchTarget<ReadableSpan>, 'records'>) {
    super({ ...target, records: RECORDS });
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) {
      const request = this.requestOf(span);
      if (request?.ignored !== true) {
        this.accept(span, request?.isDecided === true ? undefined : request);
      }
    }
  }
}
