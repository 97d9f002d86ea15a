import type { ResolvedOptions } from '../options/resolved-options.js';
import type { Sampling } from '../sampling/create-sampling.js';
import { GuardedSampler } from './guarded-hooks.js';
import { NamedSampler } from './named-sampler.js';
import { RequestSampler } from './request-sampler.js';

/**
 * The sampler of the application, that of the sampling, or the one that is chosen by name; knowing of requests.
 *
 * @param sampling - decides in place of a name
 */
export function createSampler(given: ResolvedOptions['sampler'], sampling: Sampling | undefined): RequestSampler {
  if ('shouldSample' in given) {
    return new RequestSampler(new GuardedSampler(given), true);
  }
  return sampling === undefined
    ? new RequestSampler(new NamedSampler(given), false)
    : new RequestSampler(new GuardedSampler(sampling.sampler), sampling.readsAttributes);
}
