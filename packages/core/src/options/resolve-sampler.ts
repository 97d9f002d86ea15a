import { VARIABLES } from './variables/catalogue.js';
import type { EnvReader } from './variables/env-reader.js';

/** Which traces are recorded, as the specification names it. */
export interface SamplerChoice {
  readonly root: 'always_on' | 'always_off' | 'traceidratio';
  /** Whether the caller's decision comes first. */
  readonly parentBased: boolean;
  /** The share of traces that `traceidratio` records, from 0 to 1. */
  readonly ratio: number;
}

/** Those of the specification that ask a server which traces are recorded. */
const REMOTE_SAMPLERS: readonly (string | undefined)[] = ['jaeger_remote', 'parentbased_jaeger_remote', 'xray'];

/**
 * Reads OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function resolveSampler(env: EnvReader): SamplerChoice {
  const { values, fallback } = VARIABLES.OTEL_TRACES_SAMPLER;
  const asked = env.text('OTEL_TRACES_SAMPLER');
  const isRemote = REMOTE_SAMPLERS.includes(asked?.toLowerCase());
  if (isRemote) {
    const allowed = `supported, as it asks a server; allowed are ${values.join(', ')}`;
    env.invalid('OTEL_TRACES_SAMPLER', { value: asked, allowed, fallback });
  }
  const name = isRemote ? fallback : env.word('OTEL_TRACES_SAMPLER');
  const parentBased = name.startsWith('parentbased_');
  const root = name.replace('parentbased_', '') as SamplerChoice['root'];
  return { root, parentBased, ratio: root === 'traceidratio' ? env.share('OTEL_TRACES_SAMPLER_ARG') : 1 };
}
