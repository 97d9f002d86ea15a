import type { Attributes } from '@opentelemetry/api';
import type { RateLimit } from './rate-limit.js';
import type { DropReason, KeepReason } from './sampling-counts.js';
import type { SamplingPolicy, TraceOutcome, TraceProgress } from './sampling-policy.js';
import { adjustedCount, higherThreshold, isSelected, KEEP_ALL, type Threshold } from './threshold.js';

/** Who began a trace: nobody before this process, or a caller that samples it or does not. */
export type TraceOrigin = 'here' | 'sampled' | 'unsampled';

/** A trace is kept, for good. */
export interface KeptVerdict {
  readonly kept: true;
  readonly reason: KeepReason;
  /** `undefined` where none can express the decision. */
  readonly threshold: Threshold | undefined;
  /** How many traces it stands for, where no threshold says so. */
  readonly adjustedCount: number | undefined;
}

/** What is decided of a trace, for good. */
export type Verdict = KeptVerdict | { readonly kept: false; readonly reason: DropReason };

/** What is known of a trace when its first span in this process begins. */
export interface TraceStart {
  readonly origin: TraceOrigin;
  readonly randomness: string;
  /** The threshold by which the caller samples it. */
  readonly threshold: Threshold | undefined;
  /** Those of the first span, as far as they are known by now. */
  readonly attributes: Attributes;
}

/** What is decided of a trace when it begins. */
export interface TracePlan extends Omit<TraceStart, 'attributes'> {
  /** Whether it is certain to be kept, so that services behind this one are told to sample it, by the threshold. */
  readonly selected: boolean;
  /** Whether a rule may still drop it, whatever else it shows. */
  readonly mayBeDropped: boolean;
  /** Set where the end of the trace can change nothing. */
  readonly verdict: Verdict | undefined;
}

/** What makes a trace worth keeping whatever the share. */
export type Distinction = 'error' | 'slow' | undefined;

/** What a trace has shown. */
export interface TraceShown {
  /** Those of its first span. */
  readonly attributes: Attributes;
  readonly distinction: Distinction;
  readonly progress: TraceProgress;
}

/** Decides what becomes of traces. */
export class TraceDecisions {
  constructor(
    readonly policy: SamplingPolicy,
    private readonly limit: RateLimit,
  ) {}

  /** What can be decided when a trace begins. */
  plan(start: TraceStart): TracePlan {
    const { origin, randomness } = start;
    const outcomes = this.policy.outcomes(start.attributes, 'open');
    const isOwn = origin !== 'sampled';
    const mayBeDropped = isOwn && outcomes.some(({ kind }) => kind === 'drop');
    if (this.isDecided(start, outcomes)) {
      const verdict = this.limited(conclude(start, outcomes[0], undefined), origin, false);
      const threshold = verdict.kept ? verdict.threshold : undefined;
      return { origin, randomness, threshold, selected: verdict.kept, mayBeDropped, verdict };
    }
    if (!isOwn) {
      return { origin, randomness, threshold: start.threshold, selected: true, mayBeDropped, verdict: undefined };
    }
    const selected = outcomes.every((outcome) => selects(start, outcome)) && this.limit.take();
    const threshold = selected && !this.limit.isLimited ? outcomes.reduce(strictest).threshold : undefined;
    return { origin, randomness, threshold, selected, mayBeDropped, verdict: undefined };
  }

  /** What becomes of a trace, by what it has shown; {@link plan} has left it open. */
  conclude(plan: TracePlan, { attributes, distinction, progress }: TraceShown): Verdict {
    const outcome = this.policy.outcomes(attributes, progress).reduce(strictest);
    return this.limited(conclude(plan, outcome, distinction), plan.origin, plan.selected);
  }

  /** Whether nothing that a trace still shows can change what becomes of it, or what it stands for. */
  private isDecided(start: Omit<TraceStart, 'attributes'>, outcomes: readonly TraceOutcome[]): boolean {
    const [outcome] = outcomes;
    const { watchesEnd } = this.policy;
    if (start.origin === 'sampled') {
      return !watchesEnd || start.threshold === undefined || start.threshold === KEEP_ALL;
    }
    if (outcome === undefined || outcomes.length > 1) {
      return false;
    }
    // One for which there is no room now can have an error later, and find some then.
    const isCertain = selects(start, outcome) && outcome.threshold === KEEP_ALL && !this.limit.isLimited;
    return !watchesEnd || outcome.kind === 'drop' || isCertain;
  }

  /** Applies the limit to what is decided here; no threshold can express it. */
  private limited(verdict: Verdict, origin: TraceOrigin, selected: boolean): Verdict {
    if (!verdict.kept || origin === 'sampled' || !this.limit.isLimited) {
      return verdict;
    }
    const { reason, threshold } = verdict;
    const weight = adjustedCount(threshold ?? KEEP_ALL);
    // What was selected at the beginning has taken its room then.
    if (!selected && !this.limit.take()) {
      this.limit.refuse(reason, weight);
      return { kept: false, reason: 'limit' };
    }
    return { kept: true, reason, threshold: undefined, adjustedCount: weight + this.limit.collect(reason) };
  }
}

function conclude(
  start: Pick<TraceStart, 'origin' | 'randomness' | 'threshold'>,
  outcome: TraceOutcome,
  distinction: Distinction,
): Verdict {
  const { origin } = start;
  if (origin === 'sampled') {
    const threshold = distinction === undefined ? start.threshold : KEEP_ALL;
    return { kept: true, reason: distinction ?? 'parent', threshold, adjustedCount: undefined };
  }
  if (outcome.kind === 'drop') {
    return { kept: false, reason: 'rule' };
  }
  if (outcome.kind !== 'keep' && distinction !== undefined) {
    return { kept: true, reason: distinction, threshold: KEEP_ALL, adjustedCount: undefined };
  }
  if (selects(start, outcome)) {
    return { kept: true, reason: outcome.reason, threshold: outcome.threshold, adjustedCount: undefined };
  }
  return { kept: false, reason: origin === 'unsampled' ? 'parent' : outcome.reason };
}

/** Of what the rules can still say of a trace, that by which fewest are kept. */
function strictest(first: TraceOutcome, second: TraceOutcome): TraceOutcome {
  return higherThreshold(first.threshold, second.threshold) === first.threshold ? first : second;
}

/** Whether a rule keeps a trace whatever else it shows; a share is one of the traces that begin here. */
function selects({ origin, randomness }: Pick<TraceStart, 'origin' | 'randomness'>, outcome: TraceOutcome): boolean {
  return outcome.kind === 'keep' || (origin === 'here' && isSelected(randomness, outcome.threshold));
}

