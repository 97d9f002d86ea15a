import { percentDecode } from '../../src/text/percent-decoding.js';

describe('percent-encoded text', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['a%20b%2Fc', 'a b/c'],
    ['%C3%A9%e2%82%ac', 'é€'],
    ['100%', '100%'],
    ['%zz%4', '%zz%4'],
    ['%41%', 'A%'],
    ['%FF', '\uFFFD'],
    ['%C3', '\uFFFD'],
    ['%C3%28', '\uFFFD('],
    ['%2541', '%41'],
  ])('%j is %j', (text, decoded) => {
    expect(percentDecode(text)).toBe(decoded);
  });

  it('is read as Node reads it, wherever Node reads it', () => {
    const bytes = Array.from({ length: 128 }, (_, byte) => `%${byte.toString(16).padStart(2, '0')}`);
    for (const text of [...bytes, bytes.join(''), encodeURIComponent('søren & 日本/?😀')]) {
      expect(percentDecode(text)).toBe(decodeURIComponent(text));
    }
  });

  it('is read without an error thrown for what encodes nothing', () => {
    const decode = jest.spyOn(globalThis, 'decodeURIComponent');
    percentDecode('%=&'.repeat(10_000));
    expect(decode.mock.results.filter(({ type }) => type === 'throw')).toEqual([]);
    decode.mockRestore();
  });
});
