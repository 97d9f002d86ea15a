import { trace, TraceFlags, type Attributes, type SpanContext } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace-node';
import type { LocalTrace, LocalTraces } from './local-traces.js';
import { randomnessOf, thresholdIn, withThreshold } from './ot-trace-state.js';
import type { SamplingCounts } from './sampling-counts.js';
import { isSelected, type Threshold } from './threshold.js';
import type { TraceDecisions, TracePlan, TraceStart } from './trace-decisions.js';

const NOT_RECORDED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** What a {@link TraceSampler} works with. */
export interface TraceSamplerParts {
  readonly decisions: TraceDecisions;
  readonly traces: LocalTraces;
  readonly counts: SamplingCounts;
}

/**
 * Decides of each trace when it begins: sampled when it is certain to be kept, recorded alone when its end will tell,
 * not recorded when it is certain to be dropped. What begins beneath it follows.
 */
export class TraceSampler implements Sampler {
  private planned: { readonly traceId: string; readonly plan: TracePlan } | undefined;

  constructor(private readonly parts: TraceSamplerParts) {}

  shouldSample(...span: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [within, traceId, , , attributes] = span;
    const active = trace.getSpanContext(within);
    const local = this.parts.traces.find(active);
    if (local !== undefined) {
      return resultWithin(local, active);
    }
    // The SDK gives the parent's trace id only where that is a legal one.
    const parent = active?.traceId === traceId ? active : undefined;
    if (parent !== undefined && parent.isRemote !== true) {
      return followed(parent);
    }
    return this.begin(traceId, parent, attributes);
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

  private begin(traceId: string, parent: SpanContext | undefined, attributes: Attributes): SamplingResult {
    const { decisions, counts } = this.parts;
    const plan = decisions.plan(this.startOf(traceId, parent, attributes));
    const { verdict } = plan;
    counts.made += 1;
    if (verdict?.kept === false) {
      counts.add(verdict);
      return { ...NOT_RECORDED, ...stateWith(parent, undefined) };
    }
    this.planned = { traceId, plan };
    return plan.selected
      ? { decision: SamplingDecision.RECORD_AND_SAMPLED, ...stateWith(parent, plan.threshold) }
      : { decision: SamplingDecision.RECORD, ...stateWith(parent, undefined) };
  }

  private startOf(traceId: string, parent: SpanContext | undefined, attributes: Attributes): TraceStart {
    const randomness = randomnessOf(traceId, parent?.traceState);
    if (parent === undefined || !this.parts.decisions.policy.parentBased) {
      return { origin: 'here', randomness, threshold: undefined, attributes };
    }
    const given = thresholdIn(parent.traceState);
    // One that contradicts the caller's own decision says nothing.
    const threshold = isSampled(parent) && isSelected(randomness, given) ? given : undefined;
    return { origin: isSampled(parent) ? 'sampled' : 'unsampled', randomness, threshold, attributes };
  }
}

/** What begins when the trace is decided on follows the decision, and so do services behind it. */
function resultWithin({ plan, verdict }: LocalTrace, parent: SpanContext | undefined): SamplingResult {
  if (verdict?.kept === false) {
    return NOT_RECORDED;
  }
  if (verdict === undefined) {
    return { decision: plan.selected ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD };
  }
  return { decision: SamplingDecision.RECORD_AND_SAMPLED, ...stateWith(parent, verdict.threshold) };
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
