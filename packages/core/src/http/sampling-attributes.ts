import { heldState } from '../shared-state.js';

interface SamplingState {
  /** How many set-ups run whose tracers know of requests. */
  samplers: number;
}

const samplingState = heldState<SamplingState>('http.sampling', () => ({ samplers: 0 }));

/**
 * Says that the tracers of the set-up ask for the attributes of a request span only where it is recorded or a sampler
 * reads them, that its sampler records nothing beneath an ignored request, and its pipeline leaves out the span of one.
 *
 * @returns the undo
 */
export function announceLazySampler(): () => void {
  samplingState().samplers += 1;
  return () => {
    samplingState().samplers -= 1;
  };
}

/** Whether the set-up knows of requests so; a foreign SDK does not. */
export function isSamplerLazy(): boolean {
  return samplingState().samplers > 0;
}
