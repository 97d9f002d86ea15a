import { verifies } from '@otelier/testkit';
import { SpanIds } from '../../src/spans/span-ids.js';

describe('the ids of spans', () => {
  verifies('R10', 'are random in all of their bytes, and different', () => {
    const ids = new SpanIds();
    const made = Array.from({ length: 5000 }, () => [ids.traceId(), ids.spanId()]).flat();

    expect(made.every((id, index) => (index % 2 === 0 ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{16}$/).test(id))).toBe(true);
    expect(new Set(made).size).toBe(made.length);
    const digitsAt = Array.from({ length: 32 }, (_, place) => new Set(made.map((id) => id.charAt(place))));
    expect(digitsAt.every((digits) => digits.size >= 16)).toBe(true);
  });

  it('are never all zeros', () => {
    let drawn = 0;
    const ids = new SpanIds((bytes) => void bytes.fill((drawn += 1) < 3 ? 0 : drawn));

    expect([ids.traceId(), ids.spanId()]).toEqual(['03'.repeat(16), '03'.repeat(8)]);
    drawn = 0;
    expect(new SpanIds((bytes) => void bytes.fill((drawn += 1) < 3 ? 0 : drawn)).spanId()).toBe('03'.repeat(8));
  });

  it('are not those of another maker in the same process', () => {
    const [first, second] = [new SpanIds(), new SpanIds()];

    expect(first.traceId()).not.toBe(second.traceId());
  });
});
