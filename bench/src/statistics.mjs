/**
 * The middle of some numbers; of an even count the mean of the two in the middle.
 * @param {readonly number[]} numbers
 * @returns {number | undefined} undefined of none
 */
export function median(numbers) {
  const sorted = numbers.filter(Number.isFinite).toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : mean(sorted.slice(half - 1, half + 1));
}

/**
 * Median, smallest and largest.
 * @param {readonly number[]} numbers
 * @returns {{ median: number, min: number, max: number } | undefined} undefined of none
 */
export function spread(numbers) {
  const finite = numbers.filter(Number.isFinite);
  const middle = median(finite);
  return middle === undefined ? undefined : { median: middle, min: Math.min(...finite), max: Math.max(...finite) };
}

/**
 * What one contender needed in comparison with the bare server, round by round: a machine that is slow for a while is
 * slow for both.
 * @param {readonly Record<string, number>[]} samples one a round
 * @param {readonly Record<string, number>[]} bareSamples the bare server's of the same rounds
 * @param {string} measure
 */
export function ratio(samples, bareSamples, measure) {
  const bareByRound = new Map(bareSamples.map((sample) => [sample.round, sample[measure]]));
  return spread(samples.map((sample) => sample[measure] / bareByRound.get(sample.round)));
}

/**
 * The same list, beginning elsewhere: no contender is always the first of a round.
 * @template T
 * @param {readonly T[]} list
 * @param {number} places
 * @returns {T[]}
 */
export function rotate(list, places) {
  const start = places % Math.max(list.length, 1);
  return [...list.slice(start), ...list.slice(0, start)];
}

function mean(numbers) {
  return numbers.length === 0 ? undefined : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
