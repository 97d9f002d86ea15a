import { remembered } from '../../src/http/facts/remembered.js';

describe('a remembered function', () => {
  it('works a text out once', () => {
    const work = jest.fn((text: string | undefined) => `${text}!`);
    const known = remembered(work);
    expect([known('a'), known('b'), known('a')]).toEqual(['a!', 'b!', 'a!']);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('gives the right result however many texts come', () => {
    const known = remembered((text) => `${text}!`);
    const texts = Array.from({ length: 1000 }, (_, index) => `host-${index % 300}`);
    expect(texts.map(known)).toEqual(texts.map((text) => `${text}!`));
  });

  it('does not hold long texts, nor more than some', () => {
    const work = jest.fn((text: string | undefined) => text?.length);
    const known = remembered(work);
    known('x'.repeat(257));
    known('x'.repeat(257));
    expect(work).toHaveBeenCalledTimes(2);
    Array.from({ length: 129 }, (_, index) => known(`text ${index}`));
    work.mockClear();
    known('text 0');
    expect(work).toHaveBeenCalledTimes(1);
  });
});
