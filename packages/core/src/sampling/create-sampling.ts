import type { Attributes, Context } from '@opentelemetry/api';
import type { Sampler } from '@opentelemetry/sdk-trace-node';
import type { ResolvedSampling } from '../options/resolve-sampling.js';
import { LocalTraces } from './local-traces.js';
import { RateLimit } from './rate-limit.js';
import { SamplingCounts } from './sampling-counts.js';
import { SamplingPolicy } from './sampling-policy.js';
import { TraceDecisions } from './trace-decisions.js';
import { TraceKeeper, type SpanTarget } from './trace-keeper.js';
import { TraceSampler } from './trace-sampler.js';
import { TraceStarts } from './trace-starts.js';
import { WaitingTraces } from './waiting-traces.js';

/** The sampling of one set-up. */
export interface Sampling {
  readonly sampler: Sampler;
  /** Whether the sampler's decision can depend on attributes. */
  readonly readsAttributes: boolean;
  /** The first of the span processors. */
  readonly starts: TraceStarts;
  /** The last of the span processors, in place of its targets. */
  readonly keeper: TraceKeeper;
}

/** What the sampling of a set-up stands between. */
export interface SamplingSurroundings {
  /** Where the spans of kept traces go. */
  readonly targets: readonly SpanTarget[];
  /** Whether a span belongs to a request that leaves none. */
  readonly isLeftOut: (span: object) => boolean;
  /**
   * Attributes that the first span of a trace will have, as far as can be told within a context.
   *
   * @default none
   */
  readonly knownWithin?: (within: Context) => Attributes;
  /**
   * A monotonic clock, in milliseconds.
   *
   * @default performance.now
   */
  readonly now?: () => number;
}

/** Makes the parts of sampling: what decides when a trace begins, and what decides when it ends. */
export function createSampling(options: ResolvedSampling, around: SamplingSurroundings): Sampling {
  const { targets, isLeftOut, knownWithin = () => ({}), now = () => performance.now() } = around;
  const policy = new SamplingPolicy(options);
  const decisions = new TraceDecisions(policy, new RateLimit(options.perSecond, now), now);
  const traces = new LocalTraces(options.limits.maxTraces);
  const counts = new SamplingCounts();
  const sampler = new TraceSampler({ decisions, traces, counts, knownWithin });
  const waiting = new WaitingTraces(options.limits, now);
  const keeper = new TraceKeeper({ decisions, traces, waiting, counts, targets, isLeftOut });
  const starts = new TraceStarts({ sampler, traces, counts, now });
  return { sampler, readsAttributes: policy.readsAttributes, starts, keeper };
}
