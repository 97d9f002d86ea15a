import { median, ratio, rotate, spread } from '../src/statistics.mjs';

describe('the statistics of a run', () => {
  it('takes the middle of the numbers, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(median([7])).toBe(7);
  });

  it('has no middle of nothing, and passes over what is no number', () => {
    expect(median([])).toBeUndefined();
    expect(median([Number.NaN, 4])).toBe(4);
    expect(spread([Number.NaN])).toBeUndefined();
  });

  it('tells the smallest and the largest beside the middle', () => {
    expect(spread([3, 1, 8])).toEqual({ median: 3, min: 1, max: 8 });
  });

  it('compares with the bare server of the same round', () => {
    const bare = [
      { round: 0, cpu: 10 },
      { round: 1, cpu: 20 },
    ];
    const other = [
      { round: 1, cpu: 30 },
      { round: 0, cpu: 20 },
    ];

    expect(ratio(other, bare, 'cpu')).toEqual({ median: 1.75, min: 1.5, max: 2 });
  });

  it('compares no round that the bare server did not finish', () => {
    expect(ratio([{ round: 3, cpu: 20 }], [{ round: 0, cpu: 10 }], 'cpu')).toBeUndefined();
  });

  it('begins each round with another contender', () => {
    expect([0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
    expect(rotate([], 2)).toEqual([]);
  });
});
