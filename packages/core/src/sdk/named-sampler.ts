import { trace, TraceFlags, type Context } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace-node';
import type { SamplerChoice } from '../options/resolve-sampler.js';

const RECORDED: SamplingResult = Object.freeze({ decision: SamplingDecision.RECORD_AND_SAMPLED });
const NOT_RECORDED: SamplingResult = Object.freeze({ decision: SamplingDecision.NOT_RECORD });

/**
 * The samplers of the specification that keep all or none, or what the parent says; a share is kept by the sampling.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#built-in-samplers
 */
export class NamedSampler implements Sampler {
  private readonly ofRoot: SamplingResult;

  constructor(private readonly choice: SamplerChoice) {
    this.ofRoot = choice.root === 'always_off' ? NOT_RECORDED : RECORDED;
  }

  shouldSample(within: Context, traceId: string): SamplingResult {
    const parent = this.choice.parentBased ? trace.getSpanContext(within) : undefined;
    // A span has another trace id than its parent where that is not a legal one.
    if (parent === undefined || parent.traceId !== traceId) {
      return this.ofRoot;
    }
    return (parent.traceFlags & TraceFlags.SAMPLED) === 0 ? NOT_RECORDED : RECORDED;
  }

  toString(): string {
    const { root, parentBased } = this.choice;
    return parentBased ? `parentbased_${root}` : root;
  }
}
