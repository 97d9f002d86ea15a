import type { Attributes, Context } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace-node';
import { requestScope } from '../tracing/request-scope.js';

const NOT_RECORDED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** Records nothing beneath an ignored request. */
export class RequestSampler implements Sampler {
  /** @param readsAttributes - whether the sampler's decision can depend on attributes */
  constructor(
    private readonly sampler: Sampler,
    readonly readsAttributes: boolean,
  ) {}

  shouldSample(...span: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [within] = span;
    return requestScope(within)?.ignored === true ? NOT_RECORDED : this.sampler.shouldSample(...span);
  }

  toString(): string {
    return this.sampler.toString();
  }
}

/** What the span of the request that a context works for will have, as far as the framework has told by now. */
export function knownOfRequest(within: Context): Attributes {
  const route = requestScope(within)?.route?.();
  return route === undefined ? {} : { 'http.route': route };
}
