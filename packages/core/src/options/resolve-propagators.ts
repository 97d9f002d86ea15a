import type { PropagatorName } from './resolved-options.js';
import type { EnvReader } from './variables/env-reader.js';

/**
 * The propagators that OTEL_PROPAGATORS names, each once; with `none` among them there are none.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
export function resolvePropagators(env: EnvReader): readonly PropagatorName[] {
  const names = new Set(env.words('OTEL_PROPAGATORS'));
  return names.has('none') ? [] : [...names].filter((name) => name !== 'none');
}
