import { trace, type Context } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { guarded } from '../diagnostics/guarded.js';
import { LocalTrace } from './local-trace.js';
import type { LocalTraces } from './local-traces.js';
import type { SamplingCounts } from './sampling-counts.js';
import type { TraceSampler } from './trace-sampler.js';

/** What {@link TraceStarts} works with. */
export interface TraceStartParts {
  readonly sampler: TraceSampler;
  readonly traces: LocalTraces;
  readonly counts: SamplingCounts;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * Gives each span that begins its local trace. The first of all span processors: another one that makes spans itself
 * would come between the sampler and the span that it was asked of.
 */
export class TraceStarts implements SpanProcessor {
  readonly onStart: (span: Span, parent: Context) => void;

  constructor(private readonly parts: TraceStartParts) {
    this.onStart = guarded('sampling', (span: Span, parent: Context) => this.begin(span, parent));
  }

  onEnd(): void {}

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  private begin(span: Span, within: Context): void {
    const { traces, sampler, counts, now } = this.parts;
    const spanContext = span.spanContext();
    const parent = traces.find(trace.getSpanContext(within));
    if (parent !== undefined) {
      traces.add(spanContext, parent);
      return;
    }
    const plan = sampler.takePlan(spanContext.traceId);
    if (plan === undefined) {
      return;
    }
    traces.begin(spanContext, new LocalTrace(plan, span, now()));
    if (plan.verdict !== undefined) {
      counts.add(plan.verdict);
    }
  }
}
