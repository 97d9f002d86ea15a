import type { TraceState } from '@opentelemetry/api';
import { parseTraceState } from '../propagation/trace-state.js';
import type { Threshold } from './threshold.js';

const KEY = 'ot';
const MAX_LENGTH = 256;
const RANDOMNESS = /^[\da-f]{14}$/;
const THRESHOLD = /^[\da-f]{1,14}$/;

/**
 * The 56 bits by which a trace is sampled: those that its origin has put into the trace state, else the end of its id,
 * which is presumed to be random.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/#explicit-randomness-value-rv
 */
export function randomnessOf(traceId: string, state: TraceState | undefined): string {
  const explicit = member(state, 'rv');
  return explicit !== undefined && RANDOMNESS.test(explicit) ? explicit : traceId.slice(-14).toLowerCase();
}

/** The state of the traces that begin here, which mostly have the same threshold: made once, and known again. */
let begun: { readonly threshold: Threshold; readonly state: TraceState | undefined } | undefined;

/** The threshold that a trace state holds; `undefined` for none, and for what can't be one. */
export function thresholdIn(state: TraceState | undefined): Threshold | undefined {
  if (state !== undefined && state === begun?.state) {
    return begun.threshold;
  }
  const threshold = member(state, 'th');
  return threshold !== undefined && THRESHOLD.test(threshold) ? threshold : undefined;
}

/**
 * A trace state with another threshold, or with none; all else that it holds stays.
 *
 * @returns `undefined` for a state that would hold nothing and never did
 */
export function withThreshold(state: TraceState | undefined, threshold: Threshold | undefined): TraceState | undefined {
  if (state === undefined) {
    return threshold === undefined ? undefined : stateOf(threshold);
  }
  if (thresholdIn(state) === threshold && (threshold !== undefined || member(state, 'th') === undefined)) {
    return state;
  }
  const others = membersOf(state).filter((part) => !part.startsWith('th:'));
  const value = [...(threshold === undefined ? [] : [`th:${threshold}`]), ...others].join(';');
  if (value.length > MAX_LENGTH) {
    return withThreshold(state, undefined);
  }
  return value === '' ? state.unset(KEY) : state.set(KEY, value);
}

function stateOf(threshold: Threshold): TraceState | undefined {
  if (begun?.threshold !== threshold) {
    begun = { threshold, state: parseTraceState(`${KEY}=th:${threshold}`) };
  }
  return begun.state;
}

function member(state: TraceState | undefined, name: string): string | undefined {
  const value = state?.get(KEY);
  if (value === undefined) {
    return undefined;
  }
  return value
    .split(';')
    .find((part) => part.startsWith(`${name}:`))
    ?.slice(name.length + 1);
}

function membersOf(state: TraceState): string[] {
  return (state.get(KEY) ?? '').split(';').filter((part) => part !== '');
}
