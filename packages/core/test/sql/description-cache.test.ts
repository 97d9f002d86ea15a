import { DescriptionCache } from '../../src/sql/description-cache.js';

const description = { summary: 'SELECT t', sanitizedText: 'SELECT ? FROM t' };

describe('DescriptionCache', () => {
  it('gives back what it was given', () => {
    const cache = new DescriptionCache();
    cache.set('SELECT 1 FROM t', description);
    expect(cache.get('SELECT 1 FROM t')).toBe(description);
    expect(cache.get('SELECT 2 FROM t')).toBeUndefined();
  });

  it('stays within its number of entries', () => {
    const cache = new DescriptionCache({ maxEntries: 10, maxBytes: 1e6, maxTextLength: 100 });
    for (let index = 0; index < 1000; index += 1) {
      cache.set(`SELECT ${index}`, description);
      expect(cache.size).toBeLessThanOrEqual(10);
    }
    expect(cache.size).toBeGreaterThan(0);
  });

  it('stays within its bytes', () => {
    const cache = new DescriptionCache({ maxEntries: 1e6, maxBytes: 10_000, maxTextLength: 2000 });
    for (let index = 0; index < 1000; index += 1) {
      cache.set(`SELECT ${'x'.repeat(index)}`, description);
      expect(cache.bytes).toBeLessThanOrEqual(10_000);
    }
    expect(cache.size).toBeGreaterThan(0);
  });

  it('counts the bytes of a text that is set again once', () => {
    const cache = new DescriptionCache();
    cache.set('SELECT 1', description);
    const { bytes } = cache;
    cache.set('SELECT 1', description);
    expect(cache.bytes).toBe(bytes);
  });

  it('does not keep a text that is too long', () => {
    const cache = new DescriptionCache({ maxEntries: 10, maxBytes: 1e6, maxTextLength: 5 });
    cache.set('SELECT 1', description);
    expect(cache.size).toBe(0);
  });

  it('keeps a text that is asked for while a flood of others passes', () => {
    const cache = new DescriptionCache({ maxEntries: 10, maxBytes: 1e6, maxTextLength: 100 });
    cache.set('SELECT hot', description);
    for (let index = 0; index < 1000; index += 1) {
      cache.set(`SELECT ${index}`, description);
      expect(cache.get('SELECT hot')).toBe(description);
    }
  });
});
