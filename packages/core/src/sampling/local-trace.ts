import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { TracePlan } from './trace-plan.js';
import type { Verdict } from './trace-verdict.js';

type FirstOfTrace = Pick<ReadableSpan, 'kind' | 'attributes' | 'duration' | 'ended'>;

const GONE: FirstOfTrace = { kind: SpanKind.INTERNAL, attributes: {}, duration: [0, 0], ended: true };

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
  /** Those of its spans, as far as they are known. */
  readonly spanIds: string[] = [];

  /**
   * @param first - the first span; it is not held when it has ended and the trace is decided on
   * @param startTick - when it began, on the monotonic clock, in milliseconds
   */
  constructor(
    readonly plan: TracePlan,
    public first: FirstOfTrace,
    readonly startTick: number,
  ) {
    this.verdict = plan.verdict;
  }

  /** The first span has ended, and nothing more is asked of it. */
  forgetFirst(): void {
    this.first = GONE;
  }

  /** Whether all that is decided of it is in the flags and the trace state of its spans. */
  get isToldByFlags(): boolean {
    const { verdict } = this.plan;
    return verdict?.kept === true && verdict.adjustedCount === undefined;
  }
}
