import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, type Sampler } from '@opentelemetry/sdk-trace-node';
import type { SamplerChoice } from '../options/resolve-sampler.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import type { Sampling } from '../sampling/create-sampling.js';
import { GuardedSampler } from './guarded-hooks.js';
import { RequestSampler } from './request-sampler.js';

/**
 * The sampler of the application, that of the sampling, or the one that is chosen by name; knowing of requests.
 *
 * @param sampling - decides in place of a name
 */
export function createSampler(given: ResolvedOptions['sampler'], sampling: Sampling | undefined): Sampler {
  if ('shouldSample' in given) {
    return new RequestSampler(new GuardedSampler(given), true);
  }
  return sampling === undefined
    ? new RequestSampler(createNamedSampler(given), false)
    : new RequestSampler(new GuardedSampler(sampling.sampler), sampling.readsAttributes);
}

/** Those that keep all or none; a share is kept by the sampling. */
function createNamedSampler({ root, parentBased }: SamplerChoice): Sampler {
  const rootSampler = root === 'always_off' ? new AlwaysOffSampler() : new AlwaysOnSampler();
  return parentBased ? new ParentBasedSampler({ root: rootSampler }) : rootSampler;
}
