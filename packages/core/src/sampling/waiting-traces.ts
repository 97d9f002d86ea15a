import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { ResolvedSampling } from '../options/resolve-sampling.js';
import type { LocalTrace } from './local-trace.js';
import { spanSize } from './span-size.js';

/** Why spans are let go: they have waited too long, all traces have too many, or one has. */
export type LossCause = 'age' | 'room' | 'trace';

/** Ended spans that wait until their traces are decided on, within limits. */
export class WaitingTraces {
  /** In the order in which the first span of each began to wait. */
  private readonly traces = new Set<LocalTrace>();
  private bytes = 0;
  /** How many spans wait. */
  spans = 0;

  constructor(
    private readonly limits: ResolvedSampling['limits'],
    private readonly now: () => number,
  ) {}

  /** All traces with waiting spans. */
  all(): readonly LocalTrace[] {
    return [...this.traces];
  }

  /** Whether a trace has as many waiting spans as it may have. */
  isFull(trace: LocalTrace): boolean {
    return trace.waiting.length >= this.limits.maxSpansPerTrace;
  }

  add(trace: LocalTrace, span: ReadableSpan): void {
    const size = spanSize(span);
    if (trace.waiting.length === 0) {
      trace.waitsSince = this.now();
      this.traces.add(trace);
    }
    trace.waiting.push(span);
    trace.bytes += size;
    this.bytes += size;
    this.spans += 1;
  }

  /** Takes the waiting spans out of a trace, in the order in which they ended. */
  take(trace: LocalTrace): readonly ReadableSpan[] {
    const { waiting } = trace;
    this.traces.delete(trace);
    this.spans -= waiting.length;
    this.bytes -= trace.bytes;
    trace.waiting = [];
    trace.bytes = 0;
    return waiting;
  }

  /** The trace that has waited longest, when there is no room for all of them, or it has waited too long. */
  overdue(): { readonly trace: LocalTrace; readonly cause: LossCause } | undefined {
    const [trace] = this.traces;
    if (trace === undefined) {
      return undefined;
    }
    const { maxTraces, maxSpans, maxBytes } = this.limits;
    const isFull = this.traces.size > maxTraces || this.spans > maxSpans || this.bytes > maxBytes;
    const isLate = this.millisLeft(trace) <= 0;
    return isFull || isLate ? { trace, cause: isLate ? 'age' : 'room' } : undefined;
  }

  /** When the next trace will have waited too long, in milliseconds from now; `undefined` while none waits. */
  nextDue(): number | undefined {
    const [oldest] = this.traces;
    return oldest === undefined ? undefined : Math.max(0, this.millisLeft(oldest));
  }

  private millisLeft(trace: LocalTrace): number {
    return trace.waitsSince + this.limits.maxAgeMillis - this.now();
  }
}
