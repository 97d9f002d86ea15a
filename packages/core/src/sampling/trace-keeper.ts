import { SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { guarded } from '../diagnostics/guarded.js';
import { reportProblem } from '../diagnostics/report.js';
import { exportedSpan } from './exported-span.js';
import type { LocalTrace } from './local-trace.js';
import type { LocalTraces } from './local-traces.js';
import type { SamplingCounts, SamplingStatus } from './sampling-counts.js';
import type { TraceDecisions, TraceProgress } from './trace-decisions.js';
import type { Verdict } from './trace-verdict.js';
import type { LossCause, WaitingTraces } from './waiting-traces.js';

/** Takes the spans of kept traces. */
export type SpanTarget = Pick<SpanProcessor, 'onEnd' | 'forceFlush' | 'shutdown'>;

/** What a {@link TraceKeeper} works with. */
export interface TraceKeeperParts {
  readonly decisions: TraceDecisions;
  readonly traces: LocalTraces;
  readonly waiting: WaitingTraces;
  readonly counts: SamplingCounts;
  readonly targets: readonly SpanTarget[];
  /** Whether a span belongs to a request that leaves none. */
  readonly isLeftOut: (span: object) => boolean;
}

/** Holds ended spans back until their traces are decided on, and gives those of kept ones to the destinations. */
export class TraceKeeper implements SpanProcessor {
  readonly onEnd: (span: ReadableSpan) => void;
  private timer: NodeJS.Timeout | undefined;
  private isShutDown = false;

  constructor(private readonly parts: TraceKeeperParts) {
    this.onEnd = guarded('sampling', (span: ReadableSpan) => this.end(span));
  }

  onStart(): void {}

  status(): SamplingStatus {
    const { counts, waiting } = this.parts;
    counts.spans.waiting = waiting.spans;
    return counts.snapshot();
  }

  /**
   * Sends what is worth keeping by what it has shown so far, for the end of the process. Should that not be the end, the
   * rest is still waiting.
   */
  settle(): void {
    const { waiting, decisions } = this.parts;
    waiting
      .all()
      .filter((open) => decisions.wouldKeep(open))
      .forEach((open) => this.release(open, 'ended'));
  }

  /** Sends what is certain to be kept; what is not decided goes on waiting. Never rejects. */
  async forceFlush(): Promise<void> {
    const { waiting, decisions } = this.parts;
    waiting
      .all()
      .filter((open) => decisions.isCertain(open))
      .forEach((open) => this.release(open));
    await Promise.all(this.parts.targets.map((target) => target.forceFlush()));
  }

  async shutdown(): Promise<void> {
    this.isShutDown = true;
    const { waiting, decisions } = this.parts;
    waiting.all().forEach((open) => this.decide(open, decisions.conclude(open, 'ended')));
    clearTimeout(this.timer);
    this.timer = undefined;
    await Promise.all(this.parts.targets.map((target) => target.shutdown()));
  }

  private end(span: ReadableSpan): void {
    const { traces, isLeftOut, decisions } = this.parts;
    const own = traces.find(span.spanContext());
    if (own === undefined) {
      this.passOn(span);
    } else if (isLeftOut(span)) {
      this.leaveOut(own, span);
    } else if (own.verdict !== undefined) {
      this.follow(own.verdict, span);
    } else {
      own.hasError ||= decisions.policy.keepErrors && span.status.code === SpanStatusCode.ERROR;
      this.weigh(own, span);
    }
    if (span === own?.first) {
      traces.end(span.spanContext(), own);
    }
  }

  /** Decides as soon as the trace has shown enough. */
  private weigh(own: LocalTrace, span: ReadableSpan): void {
    const { decisions } = this.parts;
    const isOver = span === own.first || this.isShutDown;
    if (isOver || (own.hasError && !decisions.mayBeDropped(own))) {
      const verdict = decisions.conclude(own, isOver ? 'ended' : 'open');
      this.decide(own, verdict);
      this.follow(verdict, span);
    } else {
      this.wait(own, span);
    }
  }

  private wait(own: LocalTrace, span: ReadableSpan): void {
    const { waiting, counts, decisions } = this.parts;
    if (waiting.isFull(own) && decisions.isCertain(own)) {
      this.release(own);
      this.follow(own.verdict, span);
      return;
    }
    if (waiting.isFull(own)) {
      counts.spans.letGo += 1;
      tellOfLoss('trace');
      return;
    }
    waiting.add(own, span);
    this.makeRoom();
    this.schedule();
  }

  /** Lets go of the spans that have waited longest, or decides on their traces where that is possible. */
  private makeRoom(): void {
    const { waiting, counts, decisions } = this.parts;
    for (let overdue = waiting.overdue(); overdue !== undefined; overdue = waiting.overdue()) {
      const { trace, cause } = overdue;
      if (decisions.isCertain(trace)) {
        this.release(trace);
      } else {
        counts.spans.letGo += waiting.take(trace).length;
        tellOfLoss(cause);
      }
    }
  }

  private release(own: LocalTrace, progress: TraceProgress = 'open'): void {
    const { counts, decisions } = this.parts;
    counts.releasedEarly += 1;
    this.decide(own, decisions.conclude(own, progress));
  }

  private decide(own: LocalTrace, verdict: Verdict): void {
    const { counts, waiting } = this.parts;
    own.verdict = verdict;
    counts.add(verdict);
    waiting.take(own).forEach((span) => this.follow(verdict, span));
  }

  /** The request of a trace is left out, and so is all that was made for it. */
  private leaveOut(own: LocalTrace, span: ReadableSpan): void {
    const { counts, decisions } = this.parts;
    counts.spans.dropped += 1;
    if (span !== own.first) {
      return;
    }
    decisions.takeBack(own);
    if (own.verdict !== undefined) {
      counts.takeBack(own.verdict);
    }
    this.decide(own, { kept: false, reason: 'ignored' });
  }

  private follow(verdict: Verdict | undefined, span: ReadableSpan): void {
    const { counts, targets } = this.parts;
    if (verdict?.kept === true) {
      counts.spans.released += 1;
      const exported = exportedSpan(span, verdict);
      targets.forEach((target) => target.onEnd(exported));
    } else {
      counts.spans.dropped += 1;
    }
  }

  /** A span beneath one of this process that is not Otelier's. */
  private passOn(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) {
      this.parts.counts.spans.released += 1;
      this.parts.targets.forEach((target) => target.onEnd(span));
    }
  }

  private schedule(): void {
    const due = this.timer === undefined ? this.parts.waiting.nextDue() : undefined;
    if (due !== undefined) {
      const look = guarded('sampling', () => {
        this.timer = undefined;
        this.makeRoom();
        this.schedule();
      });
      // A clock that is not quite there must not make a timer of no time.
      this.timer = setTimeout(look, due + 1).unref();
    }
  }
}

const LOSSES: Readonly<Record<LossCause, string>> = {
  age: 'they have waited for it too long',
  room: 'too many are waiting',
  trace: 'one trace has too many of them',
};

function tellOfLoss(cause: LossCause): void {
  reportProblem('OTELIER_TRACES_LET_GO', `Spans are let go before the end of their trace: ${LOSSES[cause]}.`);
}
