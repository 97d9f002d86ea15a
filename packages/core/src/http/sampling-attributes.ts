import { createContextKey, type Attributes, type Context } from '@opentelemetry/api';
import { sharedState } from '../shared-state.js';

const ATTRIBUTES = createContextKey('otelier.sampling-attributes');

/** Makes a span's attributes when somebody wants them, once. */
export type LazyAttributes = () => Attributes;

interface SamplingState {
  /** How many set-ups run whose sampler asks for the attributes of request spans itself. */
  samplers: number;
}

function samplingState(): SamplingState {
  return sharedState('http.sampling', () => ({ samplers: 0 }));
}

/**
 * Says that the sampler of the set-up takes the attributes of a request span from {@link samplingAttributes}, so that
 * a request that is not recorded builds none.
 *
 * @returns the undo
 */
export function announceLazySampler(): () => void {
  samplingState().samplers += 1;
  return () => {
    samplingState().samplers -= 1;
  };
}

/** Whether the sampler asks for the attributes itself; that of a foreign SDK does not. */
export function isSamplerLazy(): boolean {
  return samplingState().samplers > 0;
}

/** A context that offers attributes to the sampler. */
export function withSamplingAttributes(within: Context, attributes: LazyAttributes): Context {
  return within.setValue(ATTRIBUTES, attributes);
}

/** What the span that begins within a context will have as its first attributes. */
export function samplingAttributes(within: Context): LazyAttributes | undefined {
  return within.getValue(ATTRIBUTES) as LazyAttributes | undefined;
}
