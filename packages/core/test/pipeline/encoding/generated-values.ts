import type { HrTime } from '@opentelemetry/api';
import { SeededRandom } from '../../sql/seeded-random.js';

const TEXTS = [
  '',
  'GET',
  'SELECT id FROM orders WHERE id = $1',
  'naïve café',
  '日本語のテキスト',
  '👩‍👩‍👧 family',
  '\u0000\u0001\n\t"\\',
  'lone \ud83d surrogate',
  '\udc00\ud800',
  'a'.repeat(39),
  'b'.repeat(127),
  'c'.repeat(128),
  'é'.repeat(64),
];

/** Beyond what the lengths of most texts and records take. */
const HUGE_TEXTS = ['d'.repeat(5000), '\u20ac'.repeat(6000), 'e'.repeat(16_500)];

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  127,
  128,
  200,
  65_536,
  2 ** 31,
  2 ** 32,
  -(2 ** 31),
  2 ** 53 - 1,
  2 ** 53,
  2 ** 62,
  2 ** 63,
  -(2 ** 53),
  -(2 ** 63),
  0.1,
  -12.75,
  Number.NaN,
  Infinity,
  -Infinity,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
];

/** Values of every kind that records can have, the same for the same seed. */
export class GeneratedValues {
  private readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  below(limit: number): number {
    return this.random.below(limit);
  }

  pick<T>(items: readonly T[]): T {
    return this.random.pick(items);
  }

  /** One time of four. */
  rarely(): boolean {
    return this.random.below(4) === 0;
  }

  text(): string {
    return this.random.pick(this.random.below(40) === 0 ? HUGE_TEXTS : TEXTS);
  }

  number(): number {
    return this.rarely() ? this.random.below(1_000_000) - 1000 : this.random.pick(NUMBERS);
  }

  hex(digits: number): string {
    return `${this.random.text('123456789abcdef', 1)}${this.random.text('0123456789abcdef', digits - 1)}`;
  }

  time(): HrTime {
    return [this.random.pick([0, 1, 65_535, 65_536, 1_795_392_000, 4_294_967_296]), this.random.below(1_000_000_000)];
  }

  count(): number {
    return this.random.pick([0, 0, 0, 1, 127, 128, 4_000_000]);
  }

  list<T>(most: number, item: (index: number) => T): T[] {
    return Array.from({ length: this.random.below(most + 1) }, (_, index) => item(index));
  }

  /** Those of spans, and what whoever is not held to the types gives. */
  attributes(): object {
    return Object.fromEntries(this.list(8, (index) => [`${index}.${this.text().slice(0, 130)}`, this.attribute()]));
  }

  /** Those of log records. */
  anyValue(depth = 0): unknown {
    const kind = this.random.below(depth < 3 ? 7 : 4);
    if (kind === 4) {
      return Uint8Array.from(this.list(200, () => this.random.below(256)));
    }
    if (kind === 5) {
      return this.list(4, () => this.anyValue(depth + 1));
    }
    return kind === 6
      ? Object.fromEntries(this.list(4, (index) => [`${index}${this.text().slice(0, 40)}`, this.anyValue(depth + 1)]))
      : this.single();
  }

  private attribute(): unknown {
    return this.rarely() ? this.list(5, () => this.single()) : this.single();
  }

  private single(): unknown {
    const kind = this.random.below(8);
    if (kind < 3) {
      return this.text();
    }
    return kind < 6 ? this.number() : this.random.pick([{ value: true }, { value: false }, { value: null }, {}]).value;
  }
}
