import type { SamplerChoice } from './resolve-sampler.js';
import type { SamplingLimits, SamplingOptions } from './sampling-options.js';
import { resolveSamplingRule, type ResolvedSamplingRule } from './sampling-rules.js';

/** Which local traces are exported, settled. */
export interface ResolvedSampling {
  readonly ratio: number;
  /** Whether the caller's decision comes first. */
  readonly parentBased: boolean;
  readonly keepErrors: boolean;
  /** `Infinity` where no trace is kept for being slow. */
  readonly slowMillis: number;
  readonly rules: readonly ResolvedSamplingRule[];
  /** `Infinity` for no limit. */
  readonly perSecond: number;
  readonly limits: Required<SamplingLimits>;
}

const DEFAULT_LIMITS: Required<SamplingLimits> = {
  maxTraces: 10_000,
  maxSpansPerTrace: 1000,
  maxSpans: 20_000,
  maxBytes: 32 * 1024 * 1024,
  maxAgeMillis: 30_000,
};

/** The share of `always_on` and `always_off`. */
const ROOT_RATIOS = { always_on: 1, always_off: 0 } as const;

/**
 * Settles which traces are exported. What the option leaves open is what the variables ask for; without the option,
 * only a share between all and nothing needs to be counted back, and `undefined` leaves the rest to plain samplers.
 */
export function resolveSampling(options: SamplingOptions | undefined, choice: SamplerChoice): ResolvedSampling | undefined {
  if (options === undefined && choice.root !== 'traceidratio') {
    return undefined;
  }
  const given = options ?? {};
  const limits = Object.entries(given.limits ?? {}).filter(([, value]) => value !== undefined);
  return Object.freeze({
    ratio: given.ratio ?? (choice.root === 'traceidratio' ? choice.ratio : ROOT_RATIOS[choice.root]),
    parentBased: choice.parentBased,
    keepErrors: given.keepErrors ?? false,
    slowMillis: given.keepSlowerThanMillis ?? Infinity,
    rules: Object.freeze((given.rules ?? []).map(resolveSamplingRule)),
    perSecond: given.perSecond ?? Infinity,
    limits: Object.freeze({ ...DEFAULT_LIMITS, ...(Object.fromEntries(limits) as SamplingLimits) }),
  });
}
