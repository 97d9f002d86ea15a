/** The bucket of a value: bounds are inclusive; what is above the last one falls into a bucket of its own. */
export function bucketOf(value: number, boundaries: readonly number[]): number {
  let bucket = 0;
  while (bucket < boundaries.length && value > (boundaries[bucket] ?? Infinity)) {
    bucket += 1;
  }
  return bucket;
}
