import { median } from '../src/statistics.mjs';

const REPEATS = 7;
const REPEAT_NANOS = 100_000_000n;

/**
 * Times an operation that ends at once: as often as fits into a tenth of a second, seven times over.
 * @param {() => unknown} operation
 * @returns {number} nanoseconds, the median
 */
export function timed(operation) {
  let times = 1;
  while (nanosOf(operation, times) < REPEAT_NANOS) {
    times *= 2;
  }
  const runs = Array.from({ length: REPEATS }, () => Number(nanosOf(operation, times)) / times);
  return median(runs);
}

/**
 * Measures the processor time of the whole process, for work that goes on in the background: an export, a compression.
 * @param {() => Promise<void>} work what is done `times` times, and everything that follows from it
 * @param {number} times
 * @returns {Promise<number>} nanoseconds of each, the median
 */
export async function processorTime(work, times) {
  const runs = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    runs.push(((user + system) * 1000) / times);
  }
  return median(runs);
}

let kept;

function nanosOf(operation, times) {
  const begin = process.hrtime.bigint();
  for (let count = 0; count < times; count++) {
    // Kept, so that the compiler may not leave the work out.
    kept = operation();
  }
  return process.hrtime.bigint() - begin + (kept === process ? 1n : 0n);
}
