/**
 * A rejection threshold: how many of 2^56 traces are dropped, in hexadecimal digits without the zeros at their end, so
 * that `0` drops none. Thresholds and randomness are compared as texts: a number of JavaScript can't hold 56 bits.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export type Threshold = string;

const DIGITS = 14;
const ALL_TRACES = 2n ** 56n;
const ALL_TRACES_NUMBER = 2 ** 56;

/** Significant digits of a threshold, beside the `f` at its beginning, which the specification takes by default. */
const PRECISION = 4;

/** Keeps every trace. */
export const KEEP_ALL: Threshold = '0';

/**
 * The threshold that keeps a share of all traces.
 *
 * @param ratio - from 0 to 1
 * @returns `undefined` for a share of none, which is no threshold
 */
export function thresholdOf(ratio: number): Threshold | undefined {
  const kept = BigInt(Math.round(ratio * ALL_TRACES_NUMBER));
  if (kept <= 0n) {
    return undefined;
  }
  const exact = ALL_TRACES - kept;
  const leading = /^f*/.exec(hex(exact))?.[0].length ?? 0;
  const unit = 16n ** BigInt(Math.max(0, DIGITS - leading - PRECISION));
  const rounded = ((exact + unit / 2n) / unit) * unit;
  // Rounding up to all would keep none.
  return trimmed(hex(rounded >= ALL_TRACES ? exact : rounded));
}

/**
 * Whether a trace is kept: its randomness is not below the threshold. The zeros that a threshold lacks at its end change
 * nothing in the order of texts: what begins with the threshold comes after it.
 */
export function isSelected(randomness: string, threshold: Threshold | undefined): boolean {
  return threshold !== undefined && randomness >= threshold;
}

/** How many traces one that a threshold keeps stands for. */
export function adjustedCount(threshold: Threshold): number {
  return ALL_TRACES_NUMBER / Number(ALL_TRACES - BigInt(`0x${threshold.padEnd(DIGITS, '0')}`));
}

/** The higher of two thresholds, which keeps fewer traces. */
export function higherThreshold(first: Threshold | undefined, second: Threshold | undefined): Threshold | undefined {
  return first === undefined || second === undefined ? undefined : [first, second].toSorted()[1];
}

function hex(value: bigint): string {
  return value.toString(16).padStart(DIGITS, '0');
}

function trimmed(digits: string): Threshold {
  return digits.replace(/0+$/, '') || KEEP_ALL;
}
