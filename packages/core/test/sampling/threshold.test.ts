import { verifies } from '@otelier/testkit';
import { parseTraceState } from '../../src/propagation/trace-state.js';
import { randomnessOf, thresholdIn, withThreshold } from '../../src/sampling/ot-trace-state.js';
import { adjustedCount, higherThreshold, isSelected, thresholdOf } from '../../src/sampling/threshold.js';

const TRACE_ID = '0AF7651916CD43DD84ABCDEF01234567';

describe('the threshold of a share', () => {
  it.each([
    [1, '0', 1],
    [0.75, '4', 4 / 3],
    [0.5, '8', 2],
    [0.25, 'c', 4],
    [1 / 3, 'aaab', 3],
    [0.1, 'e666', 10],
    [0.01, 'fd70a', 100],
    [0.001, 'ffbe77', 1000],
    [2 ** -56, 'ffffffffffffff', 2 ** 56],
  ])('of %d is %s, as the specification writes it', (ratio, threshold, count) => {
    expect(thresholdOf(ratio)).toBe(threshold);
    expect(adjustedCount(threshold) / count).toBeCloseTo(1, 3);
  });

  it('does not exist for none', () => {
    expect(thresholdOf(0)).toBeUndefined();
    expect(isSelected('ffffffffffffff', undefined)).toBe(false);
  });

  it.each([
    ['e6660000000000', 'e666', true],
    ['e665ffffffffff', 'e666', false],
    ['00000000000000', '0', true],
    ['7fffffffffffff', '8', false],
    ['80000000000000', '8', true],
    ['ffffffffffffff', 'ffffffffffffff', true],
    ['fffffffffffffe', 'ffffffffffffff', false],
  ])('of randomness %s and threshold %s selects: %s', (randomness, threshold, selected) => {
    expect(isSelected(randomness, threshold)).toBe(selected);
  });

  it('is the higher one where two of them count', () => {
    expect(higherThreshold('e666', '8')).toBe('e666');
    expect(higherThreshold('0', 'c')).toBe('c');
    expect(higherThreshold('0', undefined)).toBeUndefined();
  });

  it('never rounds up to a share of none', () => {
    for (let exponent = 0; exponent <= 56; exponent += 1) {
      const threshold = thresholdOf(2 ** -exponent);
      expect(threshold).toBeDefined();
      expect(isSelected('ffffffffffffff', threshold)).toBe(true);
    }
  });
});

describe('the OpenTelemetry member of a trace state', () => {
  it.each([
    [undefined, 'abcdef01234567'],
    ['ot=rv:0123456789abcd', '0123456789abcd'],
    ['other=1,ot=th:8;rv:0123456789abcd', '0123456789abcd'],
    ['ot=rv:0123456789ABCD', 'abcdef01234567'],
    ['ot=rv:0123', 'abcdef01234567'],
    ['ot=xrv:0123456789abcd', 'abcdef01234567'],
    ['rv=0123456789abcd', 'abcdef01234567'],
  ])('gives with %s the randomness %s', (header, randomness) => {
    expect(randomnessOf(TRACE_ID, header === undefined ? undefined : parseTraceState(header))).toBe(randomness);
  });

  it.each([
    ['ot=th:8', '8'],
    ['ot=rv:0123456789abcd;th:e666', 'e666'],
    ['ot=th:', undefined],
    ['ot=th:g', undefined],
    ['ot=th:123456789abcdef', undefined],
    ['other=th:8', undefined],
  ])('%s holds the threshold %s', (header, threshold) => {
    expect(thresholdIn(parseTraceState(header))).toBe(threshold);
  });

  it.each([
    ['other=1', '8', 'ot=th:8,other=1'],
    ['other=1,ot=th:8', 'e666', 'ot=th:e666,other=1'],
    ['ot=th:8;rv:0123456789abcd;x:y', 'e666', 'ot=th:e666;rv:0123456789abcd;x:y'],
    ['ot=th:8;rv:0123456789abcd', undefined, 'ot=rv:0123456789abcd'],
    ['ot=th:8,other=1', undefined, 'other=1'],
    ['ot=th:nonsense', undefined, ''],
    [`ot=x:${'a'.repeat(254)}`, '8', `ot=x:${'a'.repeat(254)}`],
  ])('%s with the threshold %s becomes %s', (header, threshold, changed) => {
    expect(withThreshold(parseTraceState(header), threshold)?.serialize()).toBe(changed);
  });

  verifies('S4', 'is the same object where nothing changes', () => {
    const state = parseTraceState('ot=th:8');
    expect(withThreshold(state, '8')).toBe(state);
    expect(withThreshold(undefined, undefined)).toBeUndefined();
    expect(withThreshold(undefined, '8')?.serialize()).toBe('ot=th:8');
  });
});
