const MIN_NORMAL_EXPONENT = -1022;
const MAX_NORMAL_EXPONENT = 1023;
const MIN_NORMAL = 2 ** MIN_NORMAL_EXPONENT;
const bits = new DataView(new ArrayBuffer(8));

/**
 * The bucket of a positive number at a scale: bucket `i` has what is above `base ** i`, up to `base ** (i + 1)`, with
 * the base `2 ** (2 ** -scale)`.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponential-histogram
 */
export function exponentialIndex(value: number, scale: number): number {
  if (value <= MIN_NORMAL) {
    // What is smaller still has no exponent of its own; it counts as the smallest number that has one.
    return scale > 0 ? (MIN_NORMAL_EXPONENT << scale) - 1 : (MIN_NORMAL_EXPONENT - 1) >> -scale;
  }
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const exponent = ((high & 0x7ff00000) >> 20) - 1023;
  // A power of two is the upper bound of its bucket, which a logarithm would not hit exactly.
  if ((high & 0xfffff) === 0 && bits.getUint32(4) === 0) {
    return scale > 0 ? (exponent << scale) - 1 : (exponent - 1) >> -scale;
  }
  if (scale <= 0) {
    return exponent >> -scale;
  }
  // The logarithm of the largest numbers is rounded up to that of the power of two which no number reaches.
  return Math.min(Math.floor(Math.log(value) * (Math.LOG2E * 2 ** scale)), ((MAX_NORMAL_EXPONENT + 1) << scale) - 1);
}
