import type { SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { TracePlan, Verdict } from './trace-decisions.js';
import { TraceMark } from './trace-mark.js';

/** All spans of one trace beneath one first span in this process. */
export class LocalTrace {
  verdict: Verdict | undefined;
  /** Ended spans that wait for the verdict. */
  waiting: ReadableSpan[] = [];
  /** The size of those, in bytes. */
  bytes = 0;
  /** Since when the first of those waits, on the monotonic clock, in milliseconds. */
  waitsSince = 0;
  hasError = false;

  /**
   * @param root - the first span
   * @param startTick - when it began, on the monotonic clock, in milliseconds
   */
  constructor(
    readonly plan: TracePlan,
    readonly root: ReadableSpan,
    readonly startTick: number,
  ) {
    this.verdict = plan.verdict;
  }
}

/**
 * The local trace of each span context of this process that is still in use: as long as a span can have children or
 * end, its trace's decision is known, and no longer.
 */
export class LocalTraces {
  find(spanContext: SpanContext | undefined): LocalTrace | undefined {
    return spanContext === undefined ? undefined : TraceMark.read(spanContext, this);
  }

  add(spanContext: SpanContext, trace: LocalTrace): void {
    void new TraceMark(spanContext, this, trace);
  }
}
