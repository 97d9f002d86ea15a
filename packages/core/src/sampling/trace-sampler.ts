import { trace, TraceFlags, type Attributes, type Context, type SpanContext } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace-node';
import type { LocalTrace } from './local-trace.js';
import type { LocalTraces } from './local-traces.js';
import { randomnessOf, thresholdIn, withThreshold } from './ot-trace-state.js';
import type { SamplingCounts } from './sampling-counts.js';
import type { FirstSpan } from './sampling-policy.js';
import { isSelected, type Threshold } from './threshold.js';
import type { TraceDecisions, TraceNotice, TraceStart } from './trace-decisions.js';
import type { TracePlan } from './trace-plan.js';

const NOT_RECORDED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** What a {@link TraceSampler} works with. */
export interface TraceSamplerParts {
  readonly decisions: TraceDecisions;
  readonly traces: LocalTraces;
  readonly counts: SamplingCounts;
  /** Attributes that the first span of a trace will have, as far as can be told within a context. */
  readonly knownWithin: (within: Context) => Attributes;
}

/**
 * Decides of each trace when it begins: sampled when it is to be kept as far as is known, recorded alone when its end may
 * bring it to be kept, not recorded when it is certain to be dropped. What begins beneath it follows.
 */
export class TraceSampler implements Sampler {
  private planned: { readonly traceId: string; readonly plan: TracePlan } | undefined;

  constructor(private readonly parts: TraceSamplerParts) {}

  shouldSample(...span: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [within, traceId, , kind, attributes] = span;
    const active = trace.getSpanContext(within);
    const local = this.parts.traces.find(active);
    if (local !== undefined) {
      return this.follow(local, active, within);
    }
    // The SDK gives the parent's trace id only where that is a legal one.
    const parent = active?.traceId === traceId ? active : undefined;
    if (parent !== undefined && parent.isRemote !== true) {
      return followed(parent);
    }
    return this.begin(traceId, parent, { kind, attributes });
  }

  /** The plan of the trace whose first span has just begun; `undefined` for a span that this sampler was not asked of. */
  takePlan(traceId: string): TracePlan | undefined {
    const planned = this.planned;
    this.planned = undefined;
    return planned?.traceId === traceId ? planned.plan : undefined;
  }

  toString(): string {
    return 'Otelier';
  }

  /** What begins when the trace is decided on follows the decision, and so do services behind it. */
  private follow(local: LocalTrace, parent: SpanContext | undefined, within: Context): SamplingResult {
    const { decisions, knownWithin } = this.parts;
    const { verdict } = local;
    if (verdict === undefined) {
      return recorded(parent, decisions.noticeWithin(local, () => knownWithin(within)));
    }
    return verdict.kept ? recorded(parent, { sampled: true, threshold: verdict.threshold }) : NOT_RECORDED;
  }

  private begin(traceId: string, parent: SpanContext | undefined, first: FirstSpan): SamplingResult {
    const { decisions, counts } = this.parts;
    const plan = decisions.plan(this.startOf(traceId, parent, first));
    const { verdict } = plan;
    counts.made += 1;
    if (verdict?.kept === false) {
      counts.add(verdict);
      return parent === undefined ? NOT_RECORDED : { ...NOT_RECORDED, ...stateWith(parent, undefined) };
    }
    this.planned = { traceId, plan };
    return recorded(parent, decisions.notice(plan));
  }

  private startOf(traceId: string, parent: SpanContext | undefined, first: FirstSpan): TraceStart {
    const randomness = randomnessOf(traceId, parent?.traceState);
    if (parent === undefined || !this.parts.decisions.policy.parentBased) {
      return { origin: 'here', randomness, threshold: undefined, first };
    }
    const given = thresholdIn(parent.traceState);
    // One that contradicts the caller's own decision says nothing.
    const threshold = isSelected(randomness, given) ? given : undefined;
    return { origin: isSampled(parent) ? 'sampled' : 'unsampled', randomness, threshold, first };
  }
}

function recorded(parent: SpanContext | undefined, { sampled, threshold }: TraceNotice): SamplingResult {
  const decision = sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD;
  return { decision, ...stateWith(parent, threshold) };
}

/** A span of this process that is not Otelier's, or not recorded. */
function followed(parent: SpanContext): SamplingResult {
  return isSampled(parent) ? { decision: SamplingDecision.RECORD_AND_SAMPLED } : NOT_RECORDED;
}

function stateWith(parent: SpanContext | undefined, threshold: Threshold | undefined): Pick<SamplingResult, 'traceState'> {
  const traceState = withThreshold(parent?.traceState, threshold);
  return traceState === undefined ? {} : { traceState };
}

function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}
