import type { Context } from '@opentelemetry/api';
import { SamplingDecision, type ReadableSpan, type Sampler, type SamplingResult, type Span, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { guarded } from '../diagnostics/guarded.js';
import { reportInternalError } from '../diagnostics/report.js';

/** A span processor of the application's, whose errors do not reach the code that starts and ends spans. */
export class GuardedSpanProcessor implements SpanProcessor {
  readonly onStart: (span: Span, parent: Context) => void;
  readonly onEnding: (span: Span) => void;
  readonly onEnd: (span: ReadableSpan) => void;

  /** @param isLeftOut - whether a span belongs to a request that leaves none */
  constructor(
    private readonly processor: SpanProcessor,
    isLeftOut: (span: object) => boolean,
  ) {
    this.onStart = guarded('a span processor', (span: Span, parent: Context) => processor.onStart(span, parent));
    this.onEnding = guarded('a span processor', (span: Span) => {
      if (!isLeftOut(span)) {
        processor.onEnding?.(span);
      }
    });
    this.onEnd = guarded('a span processor', (span: ReadableSpan) => {
      if (!isLeftOut(span)) {
        processor.onEnd(span);
      }
    });
  }

  async forceFlush(): Promise<void> {
    await this.processor.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.processor.shutdown();
  }
}

/** A sampler of the application's; where it throws, the span is recorded. */
export class GuardedSampler implements Sampler {
  constructor(private readonly sampler: Sampler) {}

  shouldSample(...span: Parameters<Sampler['shouldSample']>): SamplingResult {
    try {
      // A sampler in JavaScript can return anything.
      const result = this.sampler.shouldSample(...span) as SamplingResult | undefined;
      return typeof result?.decision === 'number' ? result : { decision: SamplingDecision.RECORD_AND_SAMPLED };
    } catch (error) {
      reportInternalError('the sampler', error);
      return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    }
  }

  toString(): string {
    return this.sampler.toString();
  }
}
