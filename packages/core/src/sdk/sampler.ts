import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-node';
import type { SamplerChoice } from '../options/resolve-sampler.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { GuardedSampler } from './guarded-hooks.js';
import { RequestSampler } from './request-sampler.js';

/** The sampler of the application, or the one that is chosen by name; knowing of requests. */
export function createSampler(given: ResolvedOptions['sampler']): Sampler {
  return 'shouldSample' in given
    ? new RequestSampler(new GuardedSampler(given), true)
    : new RequestSampler(createNamedSampler(given), false);
}

function createNamedSampler({ root, parentBased, ratio }: SamplerChoice): Sampler {
  const rootSampler = createRootSampler(root, ratio);
  return parentBased ? new ParentBasedSampler({ root: rootSampler }) : rootSampler;
}

function createRootSampler(root: SamplerChoice['root'], ratio: number): Sampler {
  switch (root) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratio);
  }
}
