import type { Attributes } from '@opentelemetry/api';
import type { LocalTrace } from './local-trace.js';
import type { RateLimit } from './rate-limit.js';
import { narrowed, outcomeOf } from './sampling-policy.js';
import type { FirstSpan, SamplingPolicy, TraceOutcome, TraceRules } from './sampling-policy.js';
import { adjustedCount, KEEP_ALL, type Threshold } from './threshold.js';
import type { TracePlan } from './trace-plan.js';
import { selects, strictest, verdictOf } from './trace-verdict.js';
import type { Distinction, KeptVerdict, TraceCaller, Verdict } from './trace-verdict.js';

/** What is known of a trace when its first span in this process begins. */
export interface TraceStart extends TraceCaller {
  readonly first: FirstSpan;
}

/** Whether a trace that is looked at has ended; before that, an attribute that is not there may still come. */
export type TraceProgress = 'open' | 'ended';

/** What services behind this one are told of a trace. */
export interface TraceNotice {
  readonly sampled: boolean;
  readonly threshold: Threshold | undefined;
}

const NOT_SAMPLED: TraceNotice = { sampled: false, threshold: undefined };

/** Decides what becomes of traces. */
export class TraceDecisions {
  /** @param now - a monotonic clock, in milliseconds */
  constructor(
    readonly policy: SamplingPolicy,
    private readonly limit: RateLimit,
    private readonly now: () => number,
  ) {}

  /** What can be decided when a trace begins. */
  plan({ origin, randomness, threshold, first }: TraceStart): TracePlan {
    // Each request comes through here, and fields that are written out are made many times faster than spread ones.
    const caller = { origin, randomness, threshold };
    const rules = this.policy.rulesFor(first);
    const { undecided, otherwise } = rules;
    if (this.isDecided(caller, rules)) {
      const verdict = this.limited(verdictOf(caller, otherwise, undefined), { origin, selected: false });
      return { origin, randomness, threshold, selected: verdict.kept, isCertain: verdict.kept, rules, verdict };
    }
    if (origin === 'sampled') {
      return { origin, randomness, threshold, selected: true, isCertain: true, rules, verdict: undefined };
    }
    const selected = selects(caller, otherwise) && this.limit.take();
    const isCertain = selected && undecided.every(({ outcome }) => selects(caller, outcome));
    return { origin, randomness, threshold, selected, isCertain, rules, verdict: undefined };
  }

  /** What services behind this one are told of a trace when it begins. */
  notice({ origin, selected, verdict, threshold, rules }: TracePlan): TraceNotice {
    if (verdict !== undefined) {
      return verdict.kept ? { sampled: true, threshold: verdict.threshold } : NOT_SAMPLED;
    }
    if (!selected) {
      return NOT_SAMPLED;
    }
    const own = this.limit.isLimited ? undefined : rules.otherwise.threshold;
    return { sampled: true, threshold: origin === 'sampled' ? threshold : own };
  }

  /**
   * What services behind this one are told of a trace that is not decided on: what would become of it by what it has
   * shown by now.
   *
   * @param known - gives attributes that its first span will have, as far as can be told
   */
  noticeWithin(trace: LocalTrace, known: () => Attributes): TraceNotice {
    const { plan, first } = trace;
    const { undecided, otherwise } = plan.rules;
    // Most traces wait for no rule: their spans must not pay for looking.
    const outcome =
      undecided.length === 0
        ? otherwise
        : outcomeOf(plan.rules, { kind: first.kind, attributes: { ...first.attributes, ...known() } });
    const verdict = verdictOf(plan, outcome, this.distinctionOf(trace));
    const isLimited = plan.origin !== 'sampled' && this.limit.isLimited;
    if (!verdict.kept || (isLimited && !plan.selected)) {
      return NOT_SAMPLED;
    }
    return { sampled: true, threshold: isLimited ? undefined : verdict.threshold };
  }

  /** Whether nothing that a trace still shows can drop it, though only its end will tell why it is kept. */
  isCertain(trace: LocalTrace): boolean {
    return trace.plan.isCertain || (this.distinctionOf(trace) !== undefined && !this.mayBeDropped(trace));
  }

  /** Whether a rule may still drop a trace, whatever else it shows. */
  mayBeDropped({ plan, first }: LocalTrace): boolean {
    return plan.origin !== 'sampled' && possible(plan.rules, first).some(({ kind }) => kind === 'drop');
  }

  /** Whether a trace would be kept if it showed nothing more, and there were room for it. */
  wouldKeep(trace: LocalTrace): boolean {
    return this.judge(trace, 'ended').kept;
  }

  /** What becomes of a trace that {@link plan} has left open, by what it has shown. */
  conclude(trace: LocalTrace, progress: TraceProgress): Verdict {
    const { plan } = trace;
    const verdict = this.judge(trace, progress);
    return verdict.kept && wasRefused(plan, verdict) ? this.refuse(verdict) : this.limited(verdict, plan);
  }

  /** Gives back the room of a trace that is left out after all; the next one stands for those that it stood for. */
  takeBack({ plan, verdict }: LocalTrace): void {
    if (plan.origin !== 'sampled' && (verdict === undefined ? plan.selected : verdict.kept)) {
      this.limit.giveBack();
    }
    if (verdict?.kept === true) {
      this.limit.refuse(verdict.reason, verdict.refused);
    }
  }

  private judge(trace: LocalTrace, progress: TraceProgress): Verdict {
    const { plan, first } = trace;
    const outcome = progress === 'ended' ? outcomeOf(plan.rules, first) : possible(plan.rules, first).reduce(strictest);
    return verdictOf(plan, outcome, this.distinctionOf(trace));
  }

  private distinctionOf({ hasError, first, startTick }: LocalTrace): Distinction {
    const [seconds, nanos] = first.duration;
    const millis = first.ended ? seconds * 1000 + nanos / 1e6 : this.now() - startTick;
    const slow = millis >= this.policy.slowMillis ? 'slow' : undefined;
    return hasError ? 'error' : slow;
  }

  /** Whether nothing that a trace still shows can change what becomes of it, or what it stands for. */
  private isDecided(caller: TraceCaller, { undecided, otherwise }: TraceRules): boolean {
    const { watchesEnd } = this.policy;
    if (caller.origin === 'sampled') {
      return !watchesEnd || caller.threshold === undefined || caller.threshold === KEEP_ALL;
    }
    if (undecided.length > 0) {
      return false;
    }
    // One for which there is no room now can have an error later, and find some then.
    const isCertain = selects(caller, otherwise) && otherwise.threshold === KEEP_ALL && !this.limit.isLimited;
    return !watchesEnd || otherwise.kind === 'drop' || isCertain;
  }

  /** Applies the limit to what is decided here; no threshold can express it. */
  private limited(verdict: Verdict, { origin, selected }: Pick<TracePlan, 'origin' | 'selected'>): Verdict {
    if (origin === 'sampled' || !this.limit.isLimited) {
      return verdict;
    }
    // What was selected at the beginning has taken its room then.
    if (!verdict.kept) {
      if (selected) {
        this.limit.giveBack();
      }
      return verdict;
    }
    if (!selected && !this.limit.take()) {
      return this.refuse(verdict);
    }
    const { reason } = verdict;
    const refused = this.limit.collect(reason);
    return { kept: true, reason, threshold: undefined, adjustedCount: weightOf(verdict) + refused, refused };
  }

  private refuse(verdict: KeptVerdict): Verdict {
    this.limit.refuse(verdict.reason, weightOf(verdict));
    return { kept: false, reason: 'limit' };
  }
}

/**
 * Whether there was no room for a trace when it began, and nothing else has come up for it since. Services behind this
 * one were told then, and room that comes later is for traces that they have in full.
 */
function wasRefused(plan: TracePlan, { reason }: KeptVerdict): boolean {
  const { selected, rules } = plan;
  return !selected && reason === rules.otherwise.reason && selects(plan, rules.otherwise);
}

function weightOf({ threshold }: KeptVerdict): number {
  return adjustedCount(threshold ?? KEEP_ALL);
}

/** All that rules can still say of a trace. */
function possible(rules: TraceRules, first: FirstSpan): readonly TraceOutcome[] {
  const { undecided, otherwise } = narrowed(rules, first);
  return [otherwise, ...undecided.map(({ outcome }) => outcome)];
}
