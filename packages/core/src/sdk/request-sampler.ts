import type { Attributes, Context } from '@opentelemetry/api';
import { SamplingDecision, type Sampler, type SamplingResult } from '@opentelemetry/sdk-trace-node';
import { requestScope } from '../tracing/request-scope.js';
import { samplingAttributes } from '../http/sampling-attributes.js';

const NOT_RECORDED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/**
 * Records nothing beneath an ignored request, and builds the attributes of a request span only for a span that is
 * recorded, or for a sampler that may look at them.
 */
export class RequestSampler implements Sampler {
  /** @param readsAttributes - whether the sampler's decision can depend on attributes */
  constructor(
    private readonly sampler: Sampler,
    private readonly readsAttributes: boolean,
  ) {}

  shouldSample(...span: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [within, traceId, name, kind, given, links] = span;
    if (requestScope(within)?.ignored === true) {
      return NOT_RECORDED;
    }
    const lazy = samplingAttributes(within);
    if (lazy === undefined) {
      return withScopeAttributes(this.sampler.shouldSample(...span), within, given);
    }
    const attributes: Attributes = this.readsAttributes ? { ...given, ...lazy() } : given;
    const result = this.sampler.shouldSample(within, traceId, name, kind, attributes, links);
    return result.decision === SamplingDecision.NOT_RECORD
      ? result
      : { ...result, attributes: { ...lazy(), ...result.attributes } };
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

/** What the application has set for the request belongs to all of its spans. */
function withScopeAttributes(result: SamplingResult, within: Context, own: Attributes): SamplingResult {
  const attributes = requestScope(within)?.attributes;
  return attributes === undefined || result.decision === SamplingDecision.NOT_RECORD
    ? result
    : { ...result, attributes: { ...attributes, ...own, ...result.attributes } };
}
