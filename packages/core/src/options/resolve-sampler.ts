import type { EnvReader } from './variables/env-reader.js';

/** Which traces are recorded, as the specification names it. */
export interface SamplerChoice {
  readonly root: 'always_on' | 'always_off' | 'traceidratio';
  /** Whether the caller's decision comes first. */
  readonly parentBased: boolean;
  /** The share of traces that `traceidratio` records, from 0 to 1. */
  readonly ratio: number;
}

/**
 * Reads OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function resolveSampler(env: EnvReader): SamplerChoice {
  const name = env.word('OTEL_TRACES_SAMPLER');
  const parentBased = name.startsWith('parentbased_');
  const root = name.replace('parentbased_', '') as SamplerChoice['root'];
  return { root, parentBased, ratio: root === 'traceidratio' ? env.share('OTEL_TRACES_SAMPLER_ARG') : 1 };
}
